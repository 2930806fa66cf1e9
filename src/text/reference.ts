import { defineText } from "./text.js";

/** The API reference and the list of problems. */
export const referenceText = defineText({
  "api.title": { zh: "接口说明", en: "API reference" },
  "api.lead": { zh: "门户和命令行使用的就是这些接口。校验请求的定义与此处描述的是同一份。", en: "The portal's data and the command line come through these calls. What validates a call is what describes it here." },
  "api.download": { zh: "下载 OpenAPI 3.1 文件", en: "Download the OpenAPI 3.1 file" },
  "api.rules.title": { zh: "所有接口都遵守的规则", en: "Rules every call follows" },
  "api.rules.auth": { zh: "身份：Authorization: Bearer 加个人访问令牌。没有令牌时只能读取公开内容。", en: "Who you are: Authorization: Bearer with a personal access token. Without one, only public reads are answered." },
  "api.rules.key": { zh: "写入：必须带 Idempotency-Key（8–128 个可见字符）。同一个键重试，只办一次，回答相同；保存 30 天。", en: "Writes need an Idempotency-Key (8–128 visible characters). Retrying with the same key does it once and gives the same answer; kept for 30 days." },
  "api.rules.generation": { zh: "修改：用 If-Match 带上您看到的版本（ETag）；已被他人修改时回答 412。", en: "Changes name the generation you saw (ETag) in If-Match; if somebody changed it meanwhile the answer is 412." },
  "api.rules.paging": { zh: "分页：limit 与 after；回答里的 next 是下一页的游标。", en: "Pages: limit and after; next in the answer is the cursor of the following page." },
  "api.rules.problems": { zh: "出错：application/problem+json，code 不会改名，也不会另作他用。", en: "Refusals: application/problem+json; a code is never renamed or reused." },
  "api.rules.problems.link": { zh: "全部问题代码", en: "All problem codes" },
  "api.operations": { zh: "{count} 个接口", en: "{count|call|calls}" },
  "api.access": { zh: "所需权限", en: "Needs permission" },
  "api.parameters": { zh: "参数", en: "Parameters" },
  "api.body": { zh: "请求内容", en: "Body" },
  "api.answer": { zh: "回答 {status}", en: "Answer {status}" },
  "api.refusals": { zh: "可能的问题", en: "Possible problems" },
  "api.required": { zh: "必填", en: "required" },
  "api.contents": { zh: "目录", en: "Contents" },
  "problems.title": { zh: "问题代码", en: "Problem codes" },
  "problems.lead": { zh: "每一次拒绝都有代码、原因和办法。大括号中的内容随具体情况填入。", en: "Every refusal has a code, says what is wrong and what to do. Words in braces are filled in from the case." },
  "problems.code": { zh: "代码", en: "Code" },
  "problems.status": { zh: "状态", en: "Status" },
  "problems.says": { zh: "说明", en: "What it says" },
  "problems.todo": { zh: "怎么办", en: "What to do" },
});
