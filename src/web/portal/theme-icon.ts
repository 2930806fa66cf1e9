import type { IconName } from "./components/icon.js";

/** An icon per theme of life, found by words of its slug; a plain sheet where none fits. */
const words: readonly (readonly [RegExp, IconName])[] = [
  [/birth|child|baby|newborn|family/, "baby"],
  [/marriage|civil-affairs/, "heart-handshake"],
  [/educat|school|student/, "graduation-cap"],
  [/work|employ|job|labou?r/, "briefcase-business"],
  [/health|medic|hospital/, "heart-pulse"],
  [/pension|elder|retire/, "accessibility"],
  [/social|benefit|allowance|relief|subsid/, "hand-coins"],
  [/hous|home|estate|property/, "house"],
  [/identity|household|residence|police|id-/, "id-card"],
  [/vehicle|driv|traffic/, "car"],
  [/transport|\bbus\b|road/, "bus"],
  [/travel|exit|tour/, "plane"],
  [/food|cater|restaurant/, "utensils"],
  [/trade|commerce|market|business|start|enterprise|company/, "store"],
  [/build|construct|works/, "hammer"],
  [/farm|agri|rural|forest/, "sprout"],
  [/environment|ecolog|green|water/, "leaf"],
  [/tax|finance|fund|money/, "banknote"],
  [/law|legal|justice|notary/, "scale"],
  [/safety|emergency|fire/, "shield-check"],
  [/death|funeral/, "flower-2"],
  [/land|resource|plan/, "map-pin"],
  [/culture|sport|religion/, "landmark"],
  [/veteran|disab|welfare/, "users"],
];

export const themeIcon = (slug: string): IconName => words.find(([pattern]) => pattern.test(slug))?.[1] ?? "file-text";
