import { defineText } from "./text.js";

export const policyText = defineText({
  "command.cases": { zh: "{passed} 个用例通过，{failed} 个不符", en: "{passed|case|cases} as expected, {failed} not" },
  "command.case-failed": { zh: "不符：{claim}（应为 {expect}，实为 {effect}；规则：{rule}）", en: "NOT AS EXPECTED: {claim} (expected {expect}, got {effect}; rule: {rule})" },
  "command.no-rule": { zh: "没有规则涉及", en: "no rule speaks of it" },
  "command.matrix-same": { zh: "矩阵与 policies/matrix.txt 一致", en: "the matrix equals policies/matrix.txt" },
  "command.matrix-differs": { zh: "矩阵与 policies/matrix.txt 不一致（- 已提交，+ 现在）；确认无误后运行 npm run policy:matrix", en: "the matrix differs from policies/matrix.txt (- committed, + now); if that is meant, run npm run policy:matrix" },
  "command.matrix-written": { zh: "已写入 policies/matrix.txt", en: "policies/matrix.txt is written" },
});
