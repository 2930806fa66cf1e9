import type { Asked } from "../../domain/demand/mapping.js";
import type { FormFieldShown, ItemShown } from "./sandbox.js";

/** Plainly invented: the enterprise and the person of every replayed request. */
const ENTERPRISE = "91522301MADEM0011J";
const PHONE = "13800000000";
/** Right in form, and nobody has it: the order code 000 is never given out. */
const ID_NUMBER = "522301199001010006";

/** An application for the item that passes its form; what it says means nothing. */
export function applicationFor(item: ItemShown, { division }: Asked): Record<string, unknown> {
  return {
    item: item.item,
    division,
    answers: Object.fromEntries(item.form.filter(({ required }) => required).map((field) => [field.field, answerTo(field, division)])),
    materials: item.materials.filter(({ source, waived }) => source === "applicant" && !waived).map(({ material }) => material),
    ...(item.audience.includes("person") ? {} : { enterprise: ENTERPRISE }),
  };
}

function answerTo({ type, options }: FormFieldShown, division: string): string {
  switch (type) {
    case "number":
      return "1";
    case "date":
      return "2026-01-05";
    case "choice":
      return options?.[0]?.value ?? "";
    case "division":
      return division;
    case "phone":
      return PHONE;
    case "id-number":
      return ID_NUMBER;
    case "text":
    case "textarea":
      return "replay";
  }
}
