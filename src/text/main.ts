import { defineText } from "./text.js";

/** What local commands (`verify`, `admin`) print. */
export const mainText = defineText({
  "verify.check": { zh: "检查", en: "check" },
  "verify.result": { zh: "结果", en: "result" },
  "verify.rows": { zh: "条", en: "rows" },
  "verify.analysed": {
    zh: "有 {count} 张表还没有统计信息，先做了统计（ANALYZE），否则检查会很慢。",
    en: "{count|table had|tables had} no statistics yet; they were made first (ANALYZE), or the checks would be slow.",
  },
  "verify.ok": { zh: "正确", en: "ok" },
  "verify.differs": { zh: "不符", en: "DIFFERS" },
  "verify.more": { zh: "……还有更多", en: "… and more" },
  "verify.passed": { zh: "{count} 项检查全部正确。", en: "All {count|check|checks} hold." },
  "verify.failed": { zh: "{count} 项检查不符，见上。", en: "{count|check does|checks do} not hold; see above." },
  "admin.no_pool": { zh: "请用 --pool 指定资源池：{pools}", en: "Name the pool with --pool: {pools}" },
  "admin.role_unknown": { zh: "没有“{role}”这一角色，可用：{roles}", en: "There is no role “{role}”. There are: {roles}" },
  "admin.created": { zh: "已建立 {name}（{role}，登录名 {login}）。", en: "Created {name} ({role}, sign-in name {login})." },
  "admin.link": { zh: "请在 24 小时内用此一次性链接设置密码：", en: "Set the password within 24 hours with this link, which works once:" },
});
