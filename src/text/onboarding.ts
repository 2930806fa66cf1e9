import type { ChecklistPoint } from "../domain/org/checklist.js";
import type { Weekday } from "../domain/pool/calendar.js";
import { defineText } from "./text.js";

/** What a unit's checklist looks at. */
export const pointWords = defineText<ChecklistPoint>({
  names: { zh: "中英文名称", en: "name in both languages" },
  "credit-code": { zh: "统一社会信用代码", en: "unified social credit code" },
  division: { zh: "行政区划", en: "division" },
  address: { zh: "地址", en: "address" },
  phone: { zh: "对外电话", en: "public telephone" },
  calendar: { zh: "作息日历", en: "calendar of working hours" },
  head: { zh: "负责人", en: "a unit head" },
  officer: { zh: "有人员在岗", en: "an officer on a post" },
  "legal-basis": { zh: "职权的法律依据", en: "legal basis of every authority" },
  "items-complete": { zh: "事项内容完整", en: "complete items" },
  "items-confirmed": { zh: "事项已确认", en: "confirmed items" },
  "items-supplied": { zh: "办理事项所需资源", en: "resources its items need" },
});

/** What to do where it is missing. */
export const pointTodo = defineText<ChecklistPoint>({
  names: { zh: "填写中文和英文名称；英文名称不能写汉字。", en: "Give a Chinese and an English name; no Chinese characters in the English one." },
  "credit-code": { zh: "在“单位信息”表中填写 18 位代码。", en: "Fill in the 18 characters in the sheet “Unit”." },
  division: { zh: "选择资源池内的行政区划。", en: "Name a division of this pool." },
  address: { zh: "填写群众可以找到的办公地址。", en: "Give the address where people find you." },
  phone: { zh: "填写对外咨询电话。", en: "Give the telephone people may call." },
  calendar: { zh: "指定作息日历，可以用资源池的，也可以在“作息”表中自己定。", en: "Name a calendar: the pool's, or one of your own in the sheet “Hours”." },
  head: { zh: "在“人员”表中登记一位负责人，或由管理员授予角色。", en: "Enter a head in the sheet “People”, or have an administrator grant the role." },
  officer: { zh: "在“岗位”表中登记对应人员工时资源的岗位，并在“人员”表中写明谁在该岗。", en: "Enter a post behind a staff resource in the sheet “Posts”, and say in “People” who holds it." },
  "legal-basis": { zh: "为下列职权资源补上法律依据。", en: "Give these authorities their legal basis." },
  "items-complete": { zh: "为下列事项补齐中英文名称、结果、设定依据和配方。", en: "Give these items both names, a result, a legal basis and a recipe." },
  "items-confirmed": { zh: "下列事项的配方是系统推测的，请核对后确认。", en: "The recipes of these items were guessed. Check and confirm them." },
  "items-supplied": { zh: "下列事项缺少办理所需的资源：请登记，或请能提供的单位登记。", en: "These items lack resources: register them, or ask a unit that can supply them." },
});

/** Roles as the workbook's cells name them. */
export const workbookRoles = defineText({
  "unit-head": { zh: "负责人", en: "head" },
  clerk: { zh: "经办人", en: "clerk" },
  registrar: { zh: "登记员", en: "registrar" },
});

export const weekdayWords = defineText<Weekday>({
  mon: { zh: "周一", en: "Mon" },
  tue: { zh: "周二", en: "Tue" },
  wed: { zh: "周三", en: "Wed" },
  thu: { zh: "周四", en: "Thu" },
  fri: { zh: "周五", en: "Fri" },
  sat: { zh: "周六", en: "Sat" },
  sun: { zh: "周日", en: "Sun" },
});
