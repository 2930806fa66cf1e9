import { setTimeout as sleep } from "node:timers/promises";
import { pickTime } from "../../../app/direct/pick-time.js";
import { pickAnswerWithin } from "../../../app/direct/read-direct-claims.js";
import { trusted, type StepId } from "../../../domain/id.js";
import { problem } from "../../../domain/problem.js";
import { ok, refused } from "../../../domain/result.js";
import { inPool } from "../frame.js";
import { go, once, refuse, type PageRoute } from "../page-route.js";
import type { AppointmentAnswer } from "../pages/request/view.js";
import { instantOf, queryString } from "./common.js";

const ANSWER_MS = 2_000;

/** A time is chosen, moved or given back; the answer is told on the request's own page, beside the times free by then. */
export const appointmentRoute: PageRoute = {
  method: "post",
  path: "/requests/:request/steps/:step/appointment",
  access: "request.appoint",
  room: "hall",
  here: "mine",
  async handle(call) {
    const { deps, actor, pool, frame, form, param } = call;
    const sent = form["start"] ?? "";
    const start = sent === "" ? null : instantOf(sent);
    const done = await once(call, async () => {
      if (start === undefined) return refused(problem("input.invalid", { expected: "hh:00, hh:30" }, { field: "start" }));
      const picked = await pickTime(deps, actor, pool, { publicId: param("request"), step: param("step"), start });
      return picked.ok ? ok(queryString({ step: String(picked.value.step), after: String(picked.value.after) })) : picked;
    });
    if (!("to" in done)) return refuse(done.problems);
    const asked = new URLSearchParams(done.to);
    const answer = await pickAnswerWithin(deps, pool, trusted<StepId>(Number(asked.get("step"))), Number(asked.get("after")), ANSWER_MS, sleep);
    const told: AppointmentAnswer = answer === undefined ? "asked" : answer.outcome === "refused" ? "taken" : start === null ? "cancelled" : "done";
    return go(`${inPool(frame, `/requests/${param("request")}`)}?${queryString({ appointment: told })}`);
  },
};
