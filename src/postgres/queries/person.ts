import type { AccessToken, NewPerson, PasswordLink, People, StoredPerson, Subject } from "../../app/ports/person.js";
import type { Names } from "../../domain/catalogue/item.js";
import { trusted, type PersonId, type PoolId } from "../../domain/id.js";
import type { HeldRole, Mandate } from "../../domain/policy/subject.js";
import type { Sql } from "../connection.js";
import { together } from "../together.js";

interface PersonRow {
  readonly person_id: string;
  readonly wrapped_key: string | null;
  readonly name_sealed: string | null;
  readonly latin_name_sealed: string | null;
  readonly id_number_sealed: string | null;
  readonly phone_sealed: string | null;
  readonly state: "active" | "disabled";
  readonly login_name: string | null;
  readonly prepared_as: string | null;
  readonly prepared_note: Names | null;
}

interface TokenRow {
  readonly token_id: string;
  readonly label: string;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly revoked_at: Date | null;
  readonly expired: boolean;
}

const personOf = (row: PersonRow): StoredPerson => ({
  personId: trusted<PersonId>(row.person_id),
  wrappedKey: row.wrapped_key,
  name: row.name_sealed,
  latinName: row.latin_name_sealed,
  idNumber: row.id_number_sealed,
  phone: row.phone_sealed,
  state: row.state,
  loginName: row.login_name,
  preparedAs: row.prepared_as,
  preparedNote: row.prepared_note,
});

const tokenOf = (row: TokenRow): AccessToken => ({
  tokenId: row.token_id,
  label: row.label,
  createdAt: row.created_at.getTime(),
  expiresAt: row.expires_at.getTime(),
  revokedAt: row.revoked_at?.getTime() ?? null,
  expired: row.expired,
});

interface LinkRow {
  readonly person_id: string;
  readonly pool_id: string;
}

const linkOf = ([row]: readonly LinkRow[]): PasswordLink | null =>
  row ? { personId: trusted(row.person_id), poolId: trusted(row.pool_id) } : null;

type SubjectRow = PersonRow & { readonly roles: HeldRole[]; readonly mandates: Mandate[] };

const subjectOf = ({ roles, mandates, ...row }: SubjectRow): Subject => ({ person: personOf(row), roles, mandates });

/** Who presents a token, and where. */
export interface Presented {
  readonly secretHash: string;
  readonly pool: PoolId;
}

/**
 * Whom tokens belong to. Programs present one with every call, so that the calls of one moment ask in one statement; each
 * answer is of after its call.
 */
export function tokenSubjects(sql: Sql): (presented: Presented) => Promise<Subject | null> {
  const all = async (presented: readonly Presented[]): Promise<(Subject | null)[]> => {
    const rows = await sql<(SubjectRow & { at: number })[]>`
      select asked.at::int as at, ${personColumns(sql)}, ${roleColumns(sql, sql`asked.pool_id`)}
      from unnest(${presented.map(({ secretHash }) => secretHash)}::text[], ${presented.map(({ pool }) => pool as string)}::text[])
          with ordinality as asked (secret_hash, pool_id, at)
        join identity.access_tokens t on t.secret_hash = asked.secret_hash and t.revoked_at is null and t.expires_at > clock_timestamp()
        join identity.persons p on p.person_id = t.person_id and p.state = 'active'
        left join identity.users u on u.user_id = p.person_id`;
    const subjects = presented.map((): Subject | null => null);
    for (const { at, ...row } of rows) subjects[at - 1] = subjectOf(row);
    return subjects;
  };
  return together(all, async (one) => (await all([one]))[0] ?? null);
}

const personColumns = (sql: Sql) => sql`
  p.person_id, p.wrapped_key, p.name_sealed, p.latin_name_sealed, p.id_number_sealed, p.phone_sealed, p.state,
  u.login_name, p.prepared_as, p.prepared_note`;

/** Roles held in the pool, and mandates, of the person `p`. */
const roleColumns = (sql: Sql, pool: PoolId | ReturnType<Sql>) => sql`
  (select coalesce(jsonb_agg(case when g.unit_id is null then jsonb_build_object('role', g.role)
                                  else jsonb_build_object('role', g.role, 'unitId', g.unit_id) end order by g.grant_id), '[]')
   from pool.role_grants g
   where g.pool_id = ${pool} and g.person_id = p.person_id and g.revoked_at is null) as roles,
  (select coalesce(jsonb_agg(jsonb_build_object('enterpriseCode', e.enterprise_code, 'enterpriseName', e.name_zh) order by e.enterprise_code), '[]')
   from identity.mandates m join identity.enterprises e using (enterprise_code)
   where m.person_id = p.person_id and m.revoked_at is null) as mandates`;

export function people(sql: Sql, subjectOfToken = tokenSubjects(sql)): People {
  const columns = personColumns(sql);
  const from = sql`identity.persons p left join identity.users u on u.user_id = p.person_id`;
  const one = async (where: ReturnType<Sql>): Promise<StoredPerson | null> => {
    const [row] = await sql<PersonRow[]>`select ${columns} from ${from} where ${where}`;
    return row ? personOf(row) : null;
  };
  const insertPerson = async (person: NewPerson): Promise<void> => {
    await sql`
      insert into identity.persons (person_id, wrapped_key, name_sealed, latin_name_sealed, id_number_sealed, phone_sealed,
        id_number_index, phone_index, prepared_as, prepared_note)
      values (${person.personId}, ${person.wrappedKey}, ${person.name}, ${person.latinName}, ${person.idNumber}, ${person.phone},
        ${person.idNumberIndex}, ${person.phoneIndex}, ${person.preparedAs}, ${person.preparedNote && sql.json({ ...person.preparedNote })})`;
  };

  return {
    async insert(person) {
      await insertPerson(person);
      await sql`
        insert into identity.users (user_id, name, email, login_name, created_at, updated_at)
        values (${person.personId}, '', ${`${person.personId}@person.invalid`}, ${person.loginName}, clock_timestamp(), clock_timestamp())`;
    },
    insertWithoutSignIn: insertPerson,
    get: (person) => one(sql`p.person_id = ${person}`),
    byLoginName: (loginName) => one(sql`u.login_name = ${loginName}`),
    byIdNumberIndex: (index) => one(sql`p.id_number_index = ${index}`),
    prepared: (preparedAs) => one(sql`p.prepared_as = ${preparedAs}`),
    async listPrepared() {
      const rows = await sql<PersonRow[]>`select ${columns} from ${from} where p.prepared_as is not null and p.state = 'active' order by p.prepared_as`;
      return rows.map(personOf);
    },
    async some(persons) {
      if (persons.length === 0) return [];
      const rows = await sql<PersonRow[]>`select ${columns} from ${from} where p.person_id = any(${[...persons] as string[]}::uuid[])`;
      const byId = new Map(rows.map((row) => [row.person_id, personOf(row)]));
      return persons.flatMap((person) => byId.get(person) ?? []);
    },
    async sameAs(person, others) {
      if (others.length === 0) return [];
      const rows = await sql<{ person_id: PersonId }[]>`
        select o.person_id from identity.persons p
          join identity.persons o on o.person_id = p.person_id or o.id_number_index = p.id_number_index or o.phone_index = p.phone_index
        where p.person_id = ${person} and o.person_id = any(${[...others] as string[]}::uuid[])`;
      return rows.map(({ person_id }) => person_id);
    },
    async changeContact(person, phone, phoneIndex) {
      await sql`update identity.persons set phone_sealed = ${phone}, phone_index = ${phoneIndex} where person_id = ${person}`;
    },
    async disable(person) {
      const rows = await sql`
        update identity.persons set state = 'disabled', disabled_at = clock_timestamp()
        where person_id = ${person} and state = 'active' returning 1`;
      await sql`delete from identity.sessions where user_id = ${person}`;
      await sql`update identity.access_tokens set revoked_at = clock_timestamp() where person_id = ${person} and revoked_at is null`;
      return rows.length > 0;
    },
    async enable(person) {
      const rows = await sql`
        update identity.persons set state = 'active', disabled_at = null where person_id = ${person} and state = 'disabled' returning 1`;
      return rows.length > 0;
    },
    async endSessions(person) {
      await sql`delete from identity.sessions where user_id = ${person}`;
    },
    async subject(person, pool) {
      const [row] = await sql<SubjectRow[]>`
        select ${columns}, ${roleColumns(sql, pool)} from ${from} where p.person_id = ${person} and p.state = 'active'`;
      return row ? subjectOf(row) : null;
    },
    subjectOfToken: (secretHash, pool) => subjectOfToken({ secretHash, pool }),

    async hasPassword(person) {
      const rows = await sql`select 1 from identity.accounts where user_id = ${person} and provider_id = 'credential' and password_hash is not null`;
      return rows.length > 0;
    },
    async setPassword(person, hash) {
      await sql`
        insert into identity.accounts (account_row_id, user_id, provider_id, account_id, password_hash, created_at, updated_at)
        values (gen_random_uuid(), ${person}, 'credential', ${person}::text, ${hash}, clock_timestamp(), clock_timestamp())
        on conflict (provider_id, account_id) do update set password_hash = excluded.password_hash, updated_at = excluded.updated_at`;
      await sql`delete from identity.sessions where user_id = ${person}`;
    },
    async insertPasswordLink({ secretHash, personId, poolId, createdBy, lifeMs }) {
      await sql`
        insert into identity.password_links (secret_hash, person_id, pool_id, created_by, expires_at)
        values (${secretHash}, ${personId}, ${poolId}, ${createdBy}, clock_timestamp() + ${lifeMs} * interval '1 millisecond')`;
    },
    passwordLink: async (secretHash) =>
      linkOf(await sql<LinkRow[]>`
        select person_id, pool_id from identity.password_links join identity.persons using (person_id)
        where secret_hash = ${secretHash} and used_at is null and expires_at > clock_timestamp() and state = 'active'`),
    usePasswordLink: async (secretHash) =>
      linkOf(await sql<LinkRow[]>`
        update identity.password_links l set used_at = clock_timestamp()
        from identity.persons p
        where l.secret_hash = ${secretHash} and l.used_at is null and l.expires_at > clock_timestamp()
          and p.person_id = l.person_id and p.state = 'active'
        returning l.person_id, l.pool_id`),

    async insertToken({ secretHash, personId, label, lifeMs }) {
      const [row] = await sql<TokenRow[]>`
        insert into identity.access_tokens (secret_hash, person_id, label, expires_at)
        values (${secretHash}, ${personId}, ${label}, clock_timestamp() + ${lifeMs} * interval '1 millisecond')
        returning token_id, label, created_at, expires_at, revoked_at, expires_at <= clock_timestamp() as expired`;
      return tokenOf(row as TokenRow);
    },
    async listTokens(person) {
      const rows = await sql<TokenRow[]>`
        select token_id, label, created_at, expires_at, revoked_at, expires_at <= clock_timestamp() as expired from identity.access_tokens
        where person_id = ${person} order by created_at desc, token_id limit 200`;
      return rows.map(tokenOf);
    },
    async revokeToken(person, tokenId) {
      const rows = await sql`
        update identity.access_tokens set revoked_at = clock_timestamp()
        where token_id::text = ${tokenId} and person_id = ${person} and revoked_at is null returning 1`;
      return rows.length > 0;
    },
  };
}
