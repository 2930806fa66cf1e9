import type { Child, PropsWithChildren } from "hono/jsx";
import { portalText } from "../../../text/portal.js";
import type { Voice } from "../../../text/voice.js";
import { Icon } from "./icon.js";

const noticeIcons = { info: "info", warning: "triangle-alert", alarm: "circle-alert" } as const;

export const Notice = ({ kind = "info", live = false, children }: PropsWithChildren<{ kind?: keyof typeof noticeIcons; live?: boolean }>) => (
  <div class={`notice notice--${kind}`} role={live ? "status" : undefined}>
    <Icon name={noticeIcons[kind]} />
    <div>{children}</div>
  </div>
);

/** Nothing here yet, why that is, and what to do next. */
export const Empty = ({ title, text, action }: { title: string; text: string; action?: { href: string; label: string } }) => (
  <div class="empty">
    <p>
      <strong>{title}</strong>
    </p>
    <p class="soft">{text}</p>
    {action === undefined ? null : (
      <p>
        <a href={action.href}>{action.label}</a>
      </p>
    )}
  </div>
);

/** The paper somebody takes home: number large, under the letterhead's rule. */
export const Receipt = ({ title, label, number, heading = true, children }: PropsWithChildren<{ title: string; label: string; number: string; heading?: boolean }>) => (
  <div class="receipt">
    <div class="letterhead"></div>
    <div class="receipt__body">
      {heading ? <h1>{title}</h1> : <h2>{title}</h2>}
      <p class="receipt__label">{label}</p>
      <p class="receipt__number">{number}</p>
      {children}
    </div>
  </div>
);

/** The mark of a decision that was made. */
export const Seal = ({ children }: PropsWithChildren) => <span class="seal">{children}</span>;

export const Details = ({ summary, open = false, children }: PropsWithChildren<{ summary: Child; open?: boolean }>) => (
  <details class="details" open={open}>
    <summary>{summary}</summary>
    <div class="details__body">{children}</div>
  </details>
);

export interface StatProps {
  readonly voice: Voice;
  readonly label: string;
  readonly figure: string;
  readonly unit?: string;
  /** Opens the rows behind the figure. */
  readonly href?: string;
  readonly note?: Child;
  /** What is counted, over which time, out of what. */
  readonly definition: string;
}

export const Stat = ({ voice, label, figure, unit, href, note, definition }: StatProps) => (
  <div class="stat">
    <p class="stat__label">{label}</p>
    <p class="stat__figure">
      {href === undefined ? figure : <a href={href}>{figure}</a>}
      {unit === undefined ? null : <span class="stat__unit"> {unit}</span>}
    </p>
    {note === undefined ? null : <p class="stat__note">{note}</p>}
    <div class="small">
      <Details summary={voice.t(portalText["stat.definition"])}>{definition}</Details>
    </div>
  </div>
);

export const Progress = ({ voice, label, done, total }: { voice: Voice; label: string; done: number; total: number }) => (
  <div class="progress">
    <label for="progress">{label}</label>
    <progress id="progress" value={done} max={Math.max(total, 1)}></progress>
    <p class="small soft">
      {voice.t(portalText["progress.of"], { done: voice.number(done), total: voice.number(total) })}
      {total > 0 ? ` · ${voice.percent(done, total)}` : ""}
    </p>
  </div>
);

export const Tabs = ({ label, tabs }: { label: string; tabs: readonly { href: string; label: string; count?: string; current: boolean }[] }) => (
  <nav aria-label={label}>
    <ul class="tabs">
      {tabs.map((tab) => (
        <li>
          <a href={tab.href} aria-current={tab.current ? "page" : undefined}>
            {tab.label}
            {tab.count === undefined ? null : <span class="tabs__count">{tab.count}</span>}
          </a>
        </li>
      ))}
    </ul>
  </nav>
);

/** A list of things to be done, each with its state in words. */
export const TaskList = ({ tasks }: { tasks: readonly { href?: string; label: string; hint?: string; state: Child }[] }) => (
  <ul class="tasks">
    {tasks.map((task) => (
      <li class="tasks__item">
        <span>
          {task.href === undefined ? task.label : <a href={task.href}>{task.label}</a>}
          {task.hint === undefined ? null : <span class="tasks__hint">{task.hint}</span>}
        </span>
        <span>{task.state}</span>
      </li>
    ))}
  </ul>
);
