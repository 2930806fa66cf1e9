import { defineText } from "./text.js";

/** What the command line says. */
export const cliText = defineText({
  "error.server": { zh: "无法连接 {server}：{reason}。请先运行 npm start，或用 GOVPOOL_SERVER 指定地址。", en: "Cannot reach {server}: {reason}. Run npm start first, or name another server with GOVPOOL_SERVER." },
  "error.no_pool": { zh: "服务器上有多个资源池（{pools}），请用 --pool 指定一个。", en: "The server has several pools ({pools}); name one with --pool." },
  "error.unknown_noun": { zh: "没有“{noun}”这一类。可用：{nouns}", en: "There is no list of “{noun}”. There are: {nouns}" },
  "error.not_in_list": { zh: "{noun} 中没有“{key}”。", en: "There is no “{key}” among {noun}." },
  "error.no_single": { zh: "{noun} 只能列出，不能单独查看“{key}”；请用 govpool get {noun}。", en: "{noun} can be listed but “{key}” not shown alone; use govpool get {noun}." },
  "error.which_unit": { zh: "请用 --unit 指定单位。您任职的单位：{units}", en: "Name a unit with --unit. Units you work in: {units}" },
  "error.not_a_pair": { zh: "“{given}”不是“名称=值”的形式。", en: "“{given}” is not of the form name=value." },
  "error.no_file": { zh: "无法读取 {file}：{reason}", en: "Cannot read {file}: {reason}" },
  "error.answer": { zh: "服务器的回答无法识别（状态 {status}）。", en: "The server's answer could not be read (status {status})." },
  "problem.todo": { zh: "请这样做：{todo}", en: "What to do: {todo}" },
  "login.done": { zh: "已登录 {server}，身份：{name}。", en: "Signed in to {server} as {name}." },
  "login.how": { zh: "请粘贴个人访问令牌（在门户“我的账户”中创建）；演示模式下可用 --as 选择预设人员。", en: "Give a personal access token (made in the portal under “My account”) with --token; in demo mode choose a prepared person with --as." },
  "login.whoami": { zh: "服务器 {server}　身份 {name}　资源池 {pool}", en: "server {server}   signed in as {name}   pool {pool}" },
  "login.nobody": { zh: "（未登录）", en: "nobody" },
  "apply.created": { zh: "新增", en: "created" },
  "apply.changed": { zh: "变更", en: "changed" },
  "apply.unchanged": { zh: "未变", en: "unchanged" },
  "apply.dry_run": { zh: "仅预演，未作任何更改。", en: "Dry run: nothing was changed." },
  "explain.granted": { zh: "已安排", en: "Arranged" },
  "explain.refused": { zh: "暂无法安排", en: "Cannot be arranged" },
  "submit.done": { zh: "已收件：{number}（查询码 {code}）。承办：{unit}；承诺 {due} 前办结。", en: "Received: {number} (status code {code}). Office: {unit}; promised by {due}." },
  "submit.missing": { zh: "还缺材料：{materials}。", en: "Still missing: {materials}." },
  "list.empty": { zh: "没有记录。", en: "Nothing here yet." },
  "list.more": { zh: "还有更多，用 --all 列出全部。", en: "There is more; --all lists everything." },
});
