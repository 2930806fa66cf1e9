import type { Problem } from "../../../domain/problem.js";
import { problemTitle, problemTodo } from "../../../text/problems.js";
import { portalText } from "../../../text/portal.js";
import type { Voice } from "../../../text/voice.js";

/** The id a form field carries for a problem's path: `answers.name` is `answers-name`. */
export const fieldId = (path: string): string => path.replaceAll(/[^A-Za-z0-9_-]+/g, "-");

/** The first problem of each field, in the reader's language. */
export function fieldErrors(voice: Voice, problems: readonly Problem[]): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {};
  for (const problem of problems) {
    if (problem.field === undefined) continue;
    errors[fieldId(problem.field)] ??= `${problemTitle(voice.language, problem)}${voice.language === "en" ? " " : ""}${problemTodo(voice.language, problem)}`;
  }
  return errors;
}

/**
 * Stands above the heading. `labels` names fields (by id) as the form does; a problem without a field on
 * this page is said without a link.
 */
export const ErrorSummary = ({ voice, problems, labels = {}, links = {} }: {
  voice: Voice;
  problems: readonly Problem[];
  labels?: Readonly<Record<string, string>>;
  /** Where fields of other pages are put right. */
  links?: Readonly<Record<string, string>>;
}) =>
  problems.length === 0 ? null : (
    <div class="error-summary" role="alert" tabindex={-1} data-error-summary aria-labelledby="error-summary-title">
      <h2 id="error-summary-title">{voice.t(portalText["errors.title"], { count: problems.length })}</h2>
      <ul>
        {problems.map((problem) => {
          const id = problem.field === undefined ? undefined : fieldId(problem.field);
          const label = id === undefined ? undefined : labels[id];
          const title = problemTitle(voice.language, problem);
          const words = label === undefined ? title : voice.language === "zh" ? `${label}：${title}` : `${label}: ${title}`;
          return (
            <li>
              {label === undefined ? <strong>{words}</strong> : <a href={links[id ?? ""] ?? `#${id}`}>{words}</a>}
              <span class="error-summary__do">{problemTodo(voice.language, problem)}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
