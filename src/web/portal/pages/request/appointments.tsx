import { dayNumberOf, type Instant } from "../../../../domain/instant.js";
import { directText } from "../../../../text/direct-claims.js";
import { Details, Notice } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import type { AppointmentView, RequestView } from "./view.js";

/** When to come, for each step at which the applicant is there. Outside what is swapped live: nobody chooses from a list that moves. */
export const Appointments = ({ frame, view }: { frame: Frame; view: RequestView }) => {
  const { t } = frame.voice;
  return (
    <>
      {view.appointmentAnswer === undefined ? null : (
        <div class="appointment__answer">
          <Notice kind={view.appointmentAnswer === "taken" ? "warning" : "info"} live>
            <p>{t(directText[`appointment.${view.appointmentAnswer}`])}</p>
          </Notice>
        </div>
      )}
      {view.appointments.map((appointment) => (
        <Appointment frame={frame} view={view} appointment={appointment} />
      ))}
    </>
  );
};

const Appointment = ({ frame, view, appointment }: { frame: Frame; view: RequestView; appointment: AppointmentView }) => {
  const { t, name, dateTime } = frame.voice;
  const { step, arranged, picked } = appointment;
  const heading = `appointment-${step}`;
  const times = <Times frame={frame} appointment={appointment} promisedDueAt={view.promisedDueAt} />;
  return (
    <section class="sheet appointment" aria-labelledby={heading}>
      <h2 id={heading}>{t(directText["appointment.heading"])}</h2>
      <p>{arranged === null ? t(directText["appointment.lead.open"], { step: name(appointment.names) }) : t(directText["appointment.lead"], { step: name(appointment.names), when: dateTime(arranged) })}</p>
      <form method="post" action={inPool(frame, `/requests/${view.publicId}/steps/${step}/appointment`)}>
        <input type="hidden" name="key" value={appointment.idempotencyKey} />
        {appointment.held === null ? null : <Held frame={frame} held={appointment.held} />}
        {arranged === null ? (
          times
        ) : (
          <Details summary={t(directText["appointment.other"])} open={view.appointmentAnswer === "taken"}>
            {times}
          </Details>
        )}
        {picked ? (
          <p>
            <button class="button button--link" name="start" value="">
              {t(directText["appointment.cancel"])}
            </button>
          </p>
        ) : null}
      </form>
    </section>
  );
};

/** What is held while whoever was moved makes up their mind. */
const Held = ({ frame: { voice }, held: { wasAt, starts, until } }: { frame: Frame; held: NonNullable<AppointmentView["held"]> }) => {
  const { t, dateTime } = voice;
  return (
    <Notice kind={starts.length > 0 ? "warning" : "info"}>
      {wasAt === null ? null : <p>{t(directText["appointment.held.was"], { when: dateTime(wasAt) })}</p>}
      <p>{t(directText[starts.length > 0 ? "appointment.held" : "appointment.held.ended"], { until: dateTime(until) })}</p>
      {starts.length === 0 ? null : (
        <p class="actions">
          {starts.map((start) => (
            <button class="button button--small" name="start" value={new Date(start).toISOString()}>
              {t(directText["appointment.pick"], { when: dateTime(start) })}
            </button>
          ))}
        </p>
      )}
    </Notice>
  );
};

const Times = ({ frame: { voice }, appointment: { times, arranged }, promisedDueAt }: { frame: Frame; appointment: AppointmentView; promisedDueAt: Instant }) => {
  const { t, date: dateOf, day, time, dateTime } = voice;
  if (times === null) return <p class="soft">{t(directText["appointment.unanswered"])}</p>;
  const others = times.filter((start) => start !== arranged);
  if (others.length === 0) return <p class="soft">{t(directText["appointment.none"])}</p>;
  return (
    <>
      {others.some((start) => start > promisedDueAt) ? <p class="soft">{t(directText["appointment.late"], { date: dateOf(promisedDueAt) })}</p> : null}
      <dl class="times">
        {byDay(others).map(([date, starts]) => (
          <div>
            <dt>{day(date)}</dt>
            <dd>
              {starts.map((start) => (
                <button class="button button--quiet button--small" name="start" value={new Date(start).toISOString()} aria-label={t(directText["appointment.pick"], { when: dateTime(start) })}>
                  {time(start)}
                </button>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
};

function byDay(times: readonly Instant[]): readonly (readonly [number, readonly Instant[]])[] {
  const days = new Map<number, Instant[]>();
  for (const start of times) days.set(dayNumberOf(start), [...(days.get(dayNumberOf(start)) ?? []), start]);
  return [...days].toSorted(([a], [b]) => a - b);
}
