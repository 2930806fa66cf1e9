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
  "table.empty": p(422, "表格是空的，没有表头。", "The table is empty: it has no header row.", "请从导出的表格或模板开始填写。", "Start from an export or the template."),
  "table.encoding_unknown": p(422, "无法识别文件的文字编码。", "The text encoding of this file cannot be recognised.", "请另存为 UTF-8 CSV 或 XLSX 后重新上传。", "Save it as UTF-8 CSV or XLSX and upload it again."),
  "table.format_unknown": p(415, "只接受 CSV 和 XLSX 表格。", "Only CSV and XLSX tables are accepted.", "请另存为 CSV 或 XLSX 后重新上传。", "Save the table as CSV or XLSX and upload it again."),
  "table.not_a_workbook": p(422, "文件不是有效的 XLSX 工作簿，或已损坏、已加密。", "This is not a valid XLSX workbook, or it is damaged or encrypted.", "请用表格软件打开后另存为 XLSX，不要设置密码。", "Open it in a spreadsheet program and save it as XLSX without a password."),
  "table.workbook_too_large": p(413, "工作簿展开后过大，最多 {maxBytes} 字节。", "The workbook is too large when unpacked: at most {maxBytes|byte|bytes}.", "请改用 CSV，CSV 没有这个限制。", "Use CSV instead, which has no such limit."),
  "table.sheet_missing": p(422, "工作簿中没有“{sheet}”工作表。", "The workbook has no sheet “{sheet}”.", "请从模板开始填写，保留工作表的名称。", "Start from the template and keep the names of its sheets."),
  "table.quote_open": p(422, "从此行开始的一个引号没有结束。", "A quote that begins on this row is never closed.", "请补上结尾的引号，或去掉多余的引号。", "Close the quote, or remove the one too many."),
  "table.quote_misplaced": p(422, "此行的引号位置不对。", "A quote on this row is in the wrong place.", "含引号的单元格须整体加引号，其中的引号写两次。", "Quote the whole cell and double the quotes inside it."),
  "table.row_too_long": p(422, "此行过长，最多 {maxBytes} 字节。", "This row is too long: at most {maxBytes|byte|bytes}.", "请检查是否缺少换行。", "Check whether a line break is missing."),
  "table.too_many_rows": p(413, "行数过多，最多 {max} 行。", "Too many rows: at most {max}.", "请分成几个文件。", "Split the table into several files."),
  "table.too_many_cells": p(422, "此行有 {found} 个单元格，表头只有 {expected} 列。", "This row has {found|cell|cells}, but the header has {expected}.", "请检查是否有未加引号的逗号。", "Look for a comma in a cell without quotes."),
  "table.missing_columns": p(422, "缺少列：{columns}。", "Columns are missing: {columns}.", "请补上这些列，名称与模板一致。", "Add these columns, named as in the template."),
  "table.unknown_column": p(422, "不认识的列“{column}”。", "There is no column “{column}” in this kind of table.", "请删除该列，或核对列名。", "Remove the column, or check its name."),
  "table.duplicate_column": p(422, "列“{column}”出现了不止一次。", "The column “{column}” occurs more than once.", "每列只保留一个。", "Keep each column once."),
  "table.number_imprecise": p(422, "“{value}”是按数值保存的长号码，末尾数字已经丢失。", "“{value}” is a long code stored as a number; its last digits are lost.", "请把该列设为“文本”格式后重新填写。", "Format the column as text and enter the code again."),
  "import.has_bad_rows": p(409, "表格有 {bad} 行错误，没有导入任何内容。", "The table has {bad|bad row|bad rows}; nothing was imported.", "请下载错误行改正后重新上传，或选择跳过错误行。", "Download the bad rows and correct them, or choose to skip them."),
  "import.nothing_to_apply": p(409, "没有可以导入的变更。", "There is nothing to apply.", "表格内容与资源池一致，无须操作。", "The table says what the pool already says; nothing needs doing."),
  "import.overtaken": p(409, "有 {count} 项在此期间被他人修改：{objects}。", "{count|object|objects} changed meanwhile: {objects}.", "请重新上传，以最新内容比较后再确认。", "Upload the table again to compare it with what is there now."),
  "import.interrupted": p(409, "读取中断，没有导入任何内容。", "Reading was interrupted; nothing was imported.", "请重新上传。", "Upload the table again."),
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
  "recipe.cycle": p(422, "环节互相等待，形成了环：{steps}。", "These steps wait for one another in a circle: {steps}.", "请去掉其中一个前置环节。", "Remove one of the dependencies."),
  "request.no_competent_unit": p(422, "该地（{division}）没有办理此事的单位；应由{officeZh}（{unit}）办理。", "No office at this place ({division}) handles this; the right one is {officeEn} ({unit}).", "请把办理地点改为该单位所管辖的区划，或直接联系该单位。", "Choose a place that this office answers for, or contact it directly."),
  "request.line_absent": p(422, "资源池里没有办理此事的单位（{line}，{level}，{division}）。", "No office in this pool handles this ({line}, {level}, {division}).", "请拨打 12345 咨询由哪个单位办理。", "Call 12345 and ask which office handles it."),
  "request.audience_wrong": p(422, "此事项的申请人应为：{audience}。", "This service is for: {audience}.", "请核对事项的办理对象；为企业办理须以企业身份申请。", "Check whom the service is for; for an enterprise, apply in its name."),
  "request.mandate_required": p(403, "您没有代“{enterprise}”办事的授权。", "You hold no mandate to act for “{enterprise}”.", "请由该企业授权后再办理。", "Ask the enterprise to give you a mandate first."),
  "request.too_many_open": p(429, "您未办结的办件已达 {max} 件上限。", "You have reached the limit of {max|open request|open requests}.", "请等现有办件办结，或撤回不再需要的办件。", "Wait until some are finished, or withdraw those you no longer need."),
  "request.status_attempts": p(429, "查询次数过多，请 {retryAfterSeconds} 秒后再试。", "Too many attempts; try again in {retryAfterSeconds|second|seconds}.", "请核对回执上的编号和查询码后再试。", "Check the number and the code on your receipt, then try again."),
  "step.not_granted": p(409, "这一环节还在等待安排，不能开始办理。", "This step still waits for a place; it cannot begin.", "请等调度安排后再开始；可查看等待原因。", "Begin when the scheduler has granted it; see why it waits."),
  "step.settle_above_held": p(422, "结算数量 {asked} 超过已占用的 {held}。", "{asked} is more than the {held} that is held.", "请按不超过占用的数量结算；不足部分需另行申请。", "Settle at most what is held; more needs a claim of its own."),
  "policy.rule_malformed": p(422, "策略规则格式不对：应为 {expected}。", "This policy rule is malformed: expected {expected}.", "请对照规则表的列名逐格改正。", "Correct the cells against the columns of the rule table."),
  "policy.rule_twice": p(422, "规则“{rule}”重复。", "The rule “{rule}” stands twice.", "请只保留一条。", "Keep one of them."),
  "policy.action_unknown": p(422, "没有“{action}”这一操作。", "There is no action “{action}”.", "请从操作清单中选用。", "Use one from the list of actions."),
  "policy.empty": p(422, "策略“{model}”没有任何允许规则，不能启用。", "The policy “{model}” allows nothing at all and cannot be used.", "请至少保留一条允许规则。", "Keep at least one rule that allows something."),
  "policy.no_change": p(422, "提案与现行策略完全相同。", "The proposal is the same as the active policy.", "请先修改规则再提交。", "Change a rule before you propose it."),
  "policy.base_changed": p(409, "提案基于第 {base} 版，而现行策略已是第 {active} 版。", "The proposal rests on version {base}, but version {active} is active.", "请基于现行版本重新提出。", "Propose it again on the active version."),
  "policy.second_person_required": p(403, "提出人不能批准自己的提案。", "Whoever proposed a change cannot approve it.", "请由另一位策略管理员批准。", "Ask another policy administrator to approve it."),
  "policy.approver_too_new": p(403, "批准人的策略管理员身份是在提案之后才授予的，不能批准该提案。", "The approver became a policy administrator after this was proposed and cannot approve it.", "请由提案之前已任职的策略管理员批准。", "Ask somebody who held the role before the proposal was made."),
  "policy.content_changed": p(409, "提案内容与批准时不一致，不能启用。", "The content differs from what was approved and cannot be activated.", "请重新提出并批准；同时请审计员核查。", "Propose and approve it again, and ask the auditor to look into it."),
  "role.conflict": p(409, "“{role}”与该人员已有的“{held}”不能由同一人担任。", "“{role}” cannot be held together with “{held}”, which this person has.", "请先撤销原有角色，或授予其他人员。", "Revoke the other role first, or choose another person."),
  "role.unit_required": p(422, "角色“{role}”必须指明所在单位。", "The role “{role}” needs a unit.", "请填写单位。", "Name the unit."),
  "identity.credentials_wrong": p(401, "登录名或密码不正确。", "The sign-in name or the password is not right.", "请核对后重试；忘记密码请联系管理员重新发放设置链接。", "Check both and try again; if you forgot the password, ask an administrator for a new link."),
  "identity.too_many_attempts": p(429, "尝试次数过多，请 {retryAfterSeconds} 秒后再试。", "Too many attempts; try again in {retryAfterSeconds|second|seconds}.", "请稍候再试。", "Wait, then try again."),
  "identity.link_invalid": p(404, "链接无效、已使用或已过期。", "This link is not valid, was used, or has expired.", "请向管理员索取新的链接。", "Ask an administrator for a new link."),
  "identity.password_weak": p(422, "密码太弱：至少 {min} 个字符，且不能是常见密码。", "The password is too weak: at least {min|character|characters}, and not a common one.", "建议使用由几个词组成的长密码。", "A long phrase of several words is best."),
  "identity.login_name_taken": p(409, "登录名“{name}”已被使用。", "The sign-in name “{name}” is taken.", "请换一个登录名。", "Choose another one."),
  "identity.demo_refused": p(403, "演示身份只能在本机演示模式下使用。", "Stepping into a prepared person works only in demo mode on this machine.", "请正常登录。", "Sign in the ordinary way."),
  "identity.provider_refused": p(401, "统一身份认证未通过（{reason}）。", "Signing in through the identity provider did not succeed ({reason}).", "请重新登录；若仍失败，请联系管理员。", "Try again; if it keeps failing, tell an administrator."),
  "identity.token_invalid": p(401, "访问令牌无效、已撤销或已过期。", "The access token is not valid, was revoked, or has expired.", "请重新登录或创建新的令牌。", "Sign in again or create a new token."),
  "identity.number_invalid": p(422, "公民身份号码不正确（{reason}）。", "This is not a valid citizen identity number ({reason}).", "请核对 18 位号码，末位可为 X。", "Check the 18 characters; the last may be X."),
  "identity.phone_invalid": p(422, "手机号码不正确。", "This is not a valid mobile number.", "请填写 11 位大陆手机号码。", "Give the 11 digits of a mainland mobile number."),
  "csrf.refused": p(403, "请求来源无法确认（{reason}），已拒绝。", "The request was refused because its origin could not be confirmed ({reason}).", "请刷新页面后重新提交。", "Reload the page and send it again."),
};

export const problemTitle = (language: Language, problem: Problem): string =>
  say(language, problemTexts[problem.code].title, problem.facts as Facts);

export const problemTodo = (language: Language, problem: Problem): string =>
  say(language, problemTexts[problem.code].todo, problem.facts as Facts);
