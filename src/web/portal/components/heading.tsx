import type { Child } from "hono/jsx";

/** The page's one `h1`, with what stands over it and the sentence under it. */
export const Heading = ({ over, title, lead, facts }: { over?: Child; title: string; lead?: Child; facts?: Child }) => (
  <div class="heading">
    {over === undefined ? null : <p class="heading__over">{over}</p>}
    <h1>{title}</h1>
    {lead === undefined ? null : <p class="heading__lead">{lead}</p>}
    {facts === undefined ? null : <div class="heading__facts row">{facts}</div>}
  </div>
);
