import type { PolicyAnswer, PolicyQuestion } from "./contract.js";

export const questionKey = (q: PolicyQuestion): string =>
  JSON.stringify([q.claimUnit, q.resourceUnit, q.classId, q.scope, q.purpose]);

/** What the policy of one version said, and what it is still to be asked. */
export class PolicyAnswers {
  version = 0;
  private readonly answers = new Map<string, boolean>();
  private readonly asked = new Map<string, PolicyQuestion>();

  /** True: a later version, so every answer is void. An engine that was loaded since knows later ones than its log. */
  activate(version: number): boolean {
    if (version <= this.version) return false;
    this.version = version;
    this.answers.clear();
    this.asked.clear();
    return true;
  }

  /** Undefined opens the question. */
  allows(question: PolicyQuestion): boolean | undefined {
    const key = questionKey(question);
    const answer = this.answers.get(key);
    if (answer === undefined) this.asked.set(key, question);
    return answer;
  }

  /** What was said, without opening the question. */
  known(key: string): boolean | undefined {
    return this.answers.get(key);
  }

  take(version: number, answers: readonly PolicyAnswer[]): void {
    if (version !== this.version) return;
    for (const answer of answers) {
      const key = questionKey(answer);
      this.answers.set(key, answer.allowed);
      this.asked.delete(key);
    }
  }

  open(): PolicyQuestion[] {
    return [...this.asked.values()];
  }
}
