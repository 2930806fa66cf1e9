import { defineText } from "./text.js";

/** What `serve` prints when it is ready. */
export const welcomeText = defineText({
  ready: { zh: "govpool {version} 已就绪。", en: "govpool {version} is ready." },
  portal: { zh: "门户", en: "Portal" },
  api: { zh: "接口说明", en: "API reference" },
  health: { zh: "运行状态", en: "Readiness" },
  pools: { zh: "资源池", en: "Pools" },
  loaded: { zh: "首次启动：已建立“{pool}”，共 {resources} 项资源、{items} 个事项。", en: "First start: made “{pool}” with {resources} resources and {items} items." },
  demo: { zh: "演示模式：打开 {url} ，点一下即可成为预设的申请人、工作人员或管理员。", en: "Demo mode: open {url} and step into a prepared applicant, officer or administrator with one click." },
  accounts: { zh: "没有默认账户。首位管理员：npx govpool admin create --name 姓名 --role pool-admin", en: "There is no default account. First administrator: npx govpool admin create --name NAME --role pool-admin" },
  stop: { zh: "按 Ctrl-C 停止。", en: "Ctrl-C stops it." },
});
