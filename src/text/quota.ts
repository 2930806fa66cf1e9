import { defineText } from "./text.js";

/** What is worth saying of a quota that is right all the same. */
export const quotaWarnings = defineText({
  "below-use": {
    zh: "现已使用 {used}，高于配额 {nominal}。已安排的不收回；降到配额以下之前，超出部分只能向共享组借用。",
    en: "{used} is in use, more than the {nominal} promised. Nothing that is arranged is taken back for this; until use has fallen, more comes only from what the cohort leaves idle.",
  },
  "weight-zero": {
    zh: "权重为 0：只有在有权重的单位都不需要时，才能借用共享组的空闲配额；自己的配额不受影响。",
    en: "Weight 0: it borrows only what no unit with a weight wants. Its own quota is not affected.",
  },
});
