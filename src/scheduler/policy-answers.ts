import type { UnitId } from "../domain/id.js";
import type { PolicyAnswer, PolicyQuestion } from "./contract.js";

type Claim = Omit<PolicyQuestion, "resourceUnit">;

export const questionKey = (q: PolicyQuestion): string => JSON.stringify([q.claimUnit, q.resourceUnit, q.classId, q.scope, q.purpose]);

const claimKey = ({ claimUnit, classId, scope, purpose }: Claim): string => JSON.stringify([claimUnit, classId, scope, purpose]);

/** What one kind of claim was told, by the unit whose resource it would use; null: asked, and not answered yet. */
type Told = Map<UnitId, boolean | null>;

/** What the policy of one version said, and what it is still to be asked. */
export class PolicyAnswers {
  version = 0;
  private readonly told = new Map<string, Told>();
  private readonly asked = new Map<Told, Claim>();
  /** Questions come in rows about one claim: the last one is remembered. */
  private last: { readonly claim: Claim; readonly told: Told } | undefined;

  /** True: a later version, so every answer is void. An engine that was loaded since knows later ones than its log. */
  activate(version: number): boolean {
    if (version <= this.version) return false;
    this.version = version;
    this.told.clear();
    this.asked.clear();
    this.last = undefined;
    return true;
  }

  /** Undefined opens the question. */
  allows(question: PolicyQuestion): boolean | undefined {
    const told = this.of(question);
    const answer = told.get(question.resourceUnit);
    if (answer === undefined) {
      told.set(question.resourceUnit, null);
      this.asked.set(told, this.last!.claim);
    }
    return answer ?? undefined;
  }

  /** What was said, without opening the question. */
  known(question: PolicyQuestion): boolean | undefined {
    return this.told.get(claimKey(question))?.get(question.resourceUnit) ?? undefined;
  }

  take(version: number, answers: readonly PolicyAnswer[]): void {
    if (version !== this.version) return;
    for (const answer of answers) this.of(answer).set(answer.resourceUnit, answer.allowed);
    for (const told of this.asked.keys()) {
      let open = false;
      for (const answer of told.values()) if (answer === null) open = true;
      if (!open) this.asked.delete(told);
    }
  }

  open(): PolicyQuestion[] {
    const open: PolicyQuestion[] = [];
    for (const [told, claim] of this.asked) {
      for (const [resourceUnit, answer] of told) if (answer === null) open.push({ ...claim, resourceUnit });
    }
    return open;
  }

  private of({ claimUnit, classId, scope, purpose }: Claim): Told {
    const { last } = this;
    if (last && last.claim.claimUnit === claimUnit && last.claim.classId === classId && last.claim.scope === scope && last.claim.purpose === purpose) {
      return last.told;
    }
    const key = claimKey({ claimUnit, classId, scope, purpose });
    let told = this.told.get(key);
    if (!told) this.told.set(key, (told = new Map()));
    this.last = { claim: { claimUnit, classId, scope, purpose }, told };
    return told;
  }
}
