/** A department as its name gives it away: its line, an English name, and where its authority and its money are counted. */
export interface GuessedLine {
  readonly line: string;
  readonly en: string;
  /** Class of the authority its decisions use. */
  readonly authority: string;
  /** Class of the money it pays out. */
  readonly funds: string;
}

const of = (line: string, en: string, authority = `function.${line}`, funds = "funds.social-relief"): GuessedLine => ({ line, en, authority, funds });

/** The first row whose words stand in the department's name. */
const DEPARTMENTS: readonly (readonly [RegExp, GuessedLine])[] = [
  [/审批/, of("administrative-approval", "Administrative Approval Bureau")],
  [/人社|人力资源/, of("human-resources", "Human Resources and Social Security Bureau", undefined, "funds.social-insurance")],
  [/医疗保障|医保/, of("medical-insurance", "Medical Insurance Bureau", undefined, "funds.medical-insurance")],
  [/交通/, of("transport", "Transport Bureau")],
  [/税务/, of("tax", "Tax Bureau")],
  [/住建|住房/, of("housing", "Housing and Construction Bureau", undefined, "funds.housing")],
  [/自然资源|国土/, of("natural-resources", "Natural Resources and Planning Bureau")],
  [/公安/, of("public-security", "Public Security Bureau")],
  [/退役军人/, of("veterans", "Veterans Affairs Bureau", undefined, "funds.veterans")],
  [/文广旅|文旅|文化/, of("culture-tourism", "Culture, Broadcasting and Tourism Bureau")],
  [/教科体|教育/, of("education", "Education, Science and Sport Bureau", undefined, "funds.education-aid")],
  [/农业/, of("agriculture", "Agriculture and Rural Affairs Bureau", undefined, "funds.agriculture")],
  [/司法/, of("justice", "Justice Bureau")],
  [/卫健|卫生/, of("health", "Health Bureau", undefined, "funds.elderly-subsidy")],
  [/民政/, of("civil-affairs", "Civil Affairs Bureau")],
  [/市监|市场监/, of("market-regulation", "Market Regulation Bureau", "function.market-registration")],
  [/林业/, of("forestry", "Forestry Bureau")],
  [/生态|环境/, of("ecology", "Ecology and Environment Bureau")],
  [/残联|残疾人/, of("disabled-federation", "Disabled Persons' Federation", undefined, "funds.disability")],
  [/水务|水利/, of("water", "Water Bureau")],
  [/应急/, of("emergency", "Emergency Management Bureau")],
  [/消防/, of("fire-rescue", "Fire and Rescue Brigade")],
  [/综合执法|城管|综合行政/, of("urban-management", "Urban Management Bureau")],
  [/发改|发展/, of("development-reform", "Development and Reform Bureau")],
  [/经信|工信/, of("industry", "Industry and Information Bureau")],
  [/商务/, of("commerce", "Commerce Bureau")],
  [/财政/, of("finance", "Finance Bureau")],
  [/统计/, of("statistics", "Statistics Bureau")],
  [/烟草/, of("tobacco", "Tobacco Monopoly Bureau")],
  [/气象/, of("meteorology", "Meteorological Bureau")],
  [/公管|公共资源/, of("public-resources", "Public Resources Trading Office")],
  [/统战|民宗/, of("united-front", "Ethnic and Religious Affairs Office")],
  [/政府办/, of("government-office", "Government Office")],
  [/委办/, of("party-office", "Committee Office and Archives")],
];

export const guessLine = (department: string): GuessedLine | undefined => DEPARTMENTS.find(([words]) => words.test(department))?.[1];
