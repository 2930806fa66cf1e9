import type { Level } from "../../domain/catalogue/item.js";
import type { DivisionCode, PoolId, UnitId } from "../../domain/id.js";
import type { UnitPlace } from "../../domain/policy/unit-relation.js";
import type { Sql } from "../connection.js";

/** What tells how the pool's units stand to one another. */
export const unitPlaces = (sql: Sql, pool: PoolId): PromiseLike<readonly UnitPlace[]> =>
  sql<{ unitId: UnitId; parentId: UnitId | null; divisionCode: DivisionCode; line: string; level: Level }[]>`
    select unit_id as "unitId", parent_id as "parentId", division_code as "divisionCode", line, level
    from pool.units where pool_id = ${pool}`;
