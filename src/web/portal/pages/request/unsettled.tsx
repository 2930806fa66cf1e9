import { Notice } from "../../components/panels.js";
import type { Frame } from "../../frame.js";
import type { RequestView } from "./view.js";

/** What changed and is not arranged anew yet, or not begun: for the applicant and for the officer alike. */
export const Unsettled = ({ frame: { voice }, view }: { frame: Frame; view: RequestView }) => (
  <>
    {view.events
      .filter(({ unsettled }) => unsettled)
      .map(({ at, title, notes }) => (
        <Notice kind="warning">
          <p>
            <strong>{title}</strong> <span class="soft">{voice.dateTime(at)}</span>
          </p>
          {notes.map((note) => (
            <p>{note}</p>
          ))}
        </Notice>
      ))}
  </>
);
