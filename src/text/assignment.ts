import { defineText } from "./text.js";

/** What `govpool plan --instance` says beside its objectives. */
export const assignmentText = defineText({
  "minimise": { zh: "数值作为费用，求最小（可用 --maximise 改为求最大）。", en: "Values are taken for costs and minimised (--maximise: the other way)." },
  "maximise": { zh: "数值作为收益，求最大（可用 --minimise 改为求最小）。", en: "Values are taken for profits and maximised (--minimise: the other way)." },
  "progress": { zh: "正在求解第 {at} 个算例，共 {of} 个", en: "solving instance {at} of {of}" },
  "bound": { zh: "算例 {at}（{agents} 个单位，{jobs} 项任务）：界 {bound}，与最优最多相差 {gap}%", en: "instance {at} ({agents|agent|agents}, {jobs|job|jobs}): bound {bound}, at most {gap} % from the best" },
  "usage": { zh: "--seconds 须大于 0 且不超过 {max}；--minimise 与 --maximise 只能取其一。", en: "--seconds must be above 0 and at most {max}; of --minimise and --maximise give one." },
});
