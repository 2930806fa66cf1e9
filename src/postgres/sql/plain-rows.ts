import type { PoolId } from "../../domain/id.js";
import { literal } from "../binary-copy.js";

/*
 * What comes by the million has one layout, and is read in blocks (`load-rows.ts`); the rest is read row by row
 * (`load-pool.ts`, `load-books.ts`). Both ask for the one or the other by what is said here.
 */

/** A resource `r` of an organ whose total is declared, not worked out of its assets or of a loan, and that takes part and was never drained. */
export const PLAIN_RESOURCE = `(not r.derived and r.lender_resource_id is null and not exists (
  select from pool.frozen_resources f where f.pool_id = r.pool_id and f.resource_id = r.resource_id) and not exists (
  select from pool.drained_resources w where w.pool_id = r.pool_id and w.resource_id = r.resource_id) and not exists (
  select from pool.units su where su.pool_id = r.pool_id and su.unit_id = r.unit_id and su.kind = 'supplier'))`;

/** All others, found from what makes them so: to ask it of a million one by one takes as long as reading half of them. */
export const otherResources = (pool: PoolId): string => `
  select resource_id from pool.resources where pool_id = ${literal(pool)} and (derived or lender_resource_id is not null)
  union select resource_id from pool.frozen_resources where pool_id = ${literal(pool)}
  union select resource_id from pool.drained_resources where pool_id = ${literal(pool)}
  union select sr.resource_id from pool.resources sr
    where sr.pool_id = ${literal(pool)} and sr.unit_id in (select unit_id from pool.units where pool_id = ${literal(pool)} and kind = 'supplier')`;

/** A step `s` of a request, that asks what others ask, without a ground, a date or a name of its own. */
export const PLAIN_STEP = `(s.request_id is not null and s.ask_id is not null and s.priority_ground is null and s.moved_ground is null
  and s.waits and s.replaces_step_id is null and s.hold_until is null)`;

/** Steps that untaken commands put into the queue: those commands will bring them. */
export const announced = (pool: PoolId): string => `
  select step_id::int8
  from pool.commands,
       jsonb_array_elements_text(case command ->> 'kind'
         when 'step.ready' then command -> 'steps'
         when 'step.ended' then coalesce(command -> 'ready', '[]')
         when 'step.reconsider' then jsonb_build_array(command -> 'step')
         else '[]' end) as named (step_id)
  where pool_id = ${literal(pool)} and seq is null and step_id is not null`;
