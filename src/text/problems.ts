import type { Problem, ProblemCode } from "../domain/problem.js";
import { say, type Bilingual, type Facts, type Language } from "./text.js";

/** What a problem says and asks for: the HTTP status it travels under, what is wrong, what to do. */
export interface ProblemText {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 412 | 413 | 415 | 422 | 428 | 429 | 503;
  readonly title: Bilingual;
  readonly todo: Bilingual;
}

const p = (
  status: ProblemText["status"],
  zh: string,
  en: string,
  zhDo: string,
  enDo: string,
): ProblemText => ({ status, title: { zh, en }, todo: { zh: zhDo, en: enDo } });

export const problemTexts: Readonly<Record<ProblemCode, ProblemText>> = {
  "input.invalid": p(422, "填写的内容不符合要求：应为 {expected}。", "This value is not valid: expected {expected}.", "请按要求的格式改正后重新提交。", "Correct it to the expected form and send it again."),
  "input.missing": p(422, "缺少必填内容。", "A required value is missing.", "请补填后重新提交。", "Fill it in and send it again."),
  "input.unknown_field": p(422, "不认识的字段“{name}”。", "There is no field “{name}” here.", "请删除该字段，或核对拼写。", "Remove the field, or check its spelling."),
  "input.too_long": p(422, "内容过长，最多 {max} 个字符。", "Too long: at most {max|character|characters}.", "请缩短后重新提交。", "Shorten it and send it again."),
  "input.forbidden_character": p(422, "内容含有不允许的字符（{codePoint}）。", "The text contains a character that is not allowed ({codePoint}).", "请删除控制字符或隐藏的方向标记后重新提交。", "Remove control characters and hidden direction marks, then send it again."),
  "input.not_whole_number": p(422, "“{value}”不是允许的整数。", "“{value}” is not an allowed whole number.", "请用不带符号、小数点和前导零的数字填写。", "Use plain digits without sign, decimal point or leading zero."),
  "input.out_of_range": p(422, "数值超出范围：应在 {min} 与 {max} 之间。", "Out of range: it must lie between {min} and {max}.", "请改为范围内的数值。", "Use a value inside the range."),
  "input.malformed_json": p(400, "请求内容不是有效的 JSON：{detail}", "The body is not valid JSON: {detail}", "请检查 JSON 语法后重新发送。", "Check the JSON syntax and send it again."),
  "input.duplicate_key": p(400, "同一对象中字段“{key}”出现了两次。", "The field “{key}” occurs twice in one object.", "每个字段只写一次。", "Give each field once."),
  "input.forbidden_key": p(400, "不允许使用字段名“{key}”。", "The field name “{key}” is not allowed.", "请删除该字段。", "Remove the field."),
  "input.too_deep": p(400, "内容嵌套过深，最多 {max} 层。", "Nested too deeply: at most {max|level|levels}.", "请减少嵌套层数。", "Send a flatter structure."),
  "input.too_large": p(413, "内容过大，最多 {maxBytes} 字节。", "Too large: at most {maxBytes|byte|bytes}.", "请分批提交，或用表格导入。", "Send it in parts, or import it as a table."),
  "input.unsupported_media_type": p(415, "不支持的内容类型，应为 {expected}。", "Unsupported content type: expected {expected}.", "请设置正确的 Content-Type。", "Set the right Content-Type."),
  "input.unknown_reference": p(422, "找不到所引用的{kind}“{id}”。", "There is no {kind} “{id}”.", "请核对编号，或先登记它。", "Check the name, or register it first."),
  "input.duplicate": p(422, "{kind}“{id}”重复出现。", "The {kind} “{id}” occurs more than once.", "请只保留一条。", "Keep only one."),
  "access.sign_in_required": p(401, "请先登录。", "Please sign in first.", "登录后再试。", "Sign in and try again."),
  "access.forbidden": p(403, "您没有办理此事的权限（{action}）。", "You are not permitted to do this ({action}).", "如确需办理，请联系本单位负责人或资源池管理员。", "If you need it, ask your unit's head or the pool's administrator."),
  "object.not_found": p(404, "没有找到您要的内容。", "There is no such {kind}.", "请核对链接或编号。", "Check the link or the number."),
  "object.generation_stale": p(412, "内容已被他人修改（您看到第 {expected} 版，现为第 {actual} 版）。", "Somebody changed this meanwhile (you saw generation {expected}, it is now {actual}).", "请刷新后核对，再决定是否修改。", "Reload it, look at what changed, and decide again."),
  "object.generation_required": p(428, "修改前必须说明所依据的版本（If-Match）。", "A change must name the generation it is based on (If-Match).", "请先读取，再带上 If-Match 提交。", "Read it first, then send the change with If-Match."),
  "object.transition_illegal": p(409, "当前状态“{state}”下不能进行“{event}”。", "“{event}” is not possible in the state “{state}”.", "请刷新查看当前状态和可以办理的事项。", "Reload to see the state and what can be done now."),
  "idempotency.key_required": p(400, "写入请求必须带 Idempotency-Key。", "A write needs an Idempotency-Key.", "请为每次操作生成一个唯一的键，重试时使用同一个键。", "Make one unique key per operation and use the same key for retries."),
  "idempotency.key_reused": p(422, "同一个 Idempotency-Key 已用于不同的内容。", "This Idempotency-Key was used with another body.", "新的操作请用新的键。", "Use a new key for a new operation."),
  "idempotency.in_flight": p(409, "同一操作正在处理中。", "The same operation is still being processed.", "请稍候用同一个键重试。", "Wait a moment and retry with the same key."),
  "service.overloaded": p(503, "当前排队已满，请 {retryAfterSeconds} 秒后再试。", "The queue is full at the moment; try again in {retryAfterSeconds|second|seconds}.", "您的内容没有丢失，请稍后重新提交。", "Nothing was stored; send it again later."),
  "service.unavailable": p(503, "服务暂时不可用，请 {retryAfterSeconds} 秒后再试。", "The service is not available at the moment; try again in {retryAfterSeconds|second|seconds}.", "请稍后重试。", "Try again later."),
};

export const problemTitle = (language: Language, problem: Problem): string =>
  say(language, problemTexts[problem.code].title, problem.facts as Facts);

export const problemTodo = (language: Language, problem: Problem): string =>
  say(language, problemTexts[problem.code].todo, problem.facts as Facts);
