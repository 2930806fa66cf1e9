import { defineText } from "./text.js";

/** What the product itself writes on a request. */
export const requestText = defineText({
  "bundle.predecessor_ended": {
    zh: "“一件事”中须先办的事项未办成，本件随之终止，可重新申请。",
    en: "An item of the same bundle that had to come first was not granted, so this one ended with it. You may apply again.",
  },
});
