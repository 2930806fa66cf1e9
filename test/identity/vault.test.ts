import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newPerson } from "../../src/app/identity/new-person.js";
import { loadMasterKey, UnfitMasterKey } from "../../src/crypto/master-key.js";
import { createVault } from "../../src/crypto/vault.js";
import { maskIdentityNumber, maskName, maskPhone, parseIdentityNumber, parsePhone } from "../../src/domain/identity-number.js";
import { people } from "../../src/postgres/queries/person.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { must } from "../support/identity.js";

const vault = createVault(randomBytes(32));

describe("the vault", () => {
  test("opens what it sealed, for the person and purpose it was sealed for, and nothing else", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        const [key, other] = [vault.newKey(), vault.newKey()];
        const sealed = vault.seal(key, "persons.name", value);
        expect(vault.open(key, "persons.name", sealed)).toBe(Buffer.from(value).toString());
        expect(() => vault.open(other, "persons.name", sealed)).toThrow();
        expect(() => vault.open(key, "persons.phone", sealed)).toThrow();
        expect(vault.seal(key, "persons.name", value)).not.toBe(sealed);
      }),
      { numRuns: 50 },
    );
  });

  test("notices any changed character", () => {
    const key = vault.newKey();
    const sealed = vault.seal(key, "p", "522301199001011234");
    for (let at = 8; at < sealed.length; at += 1) {
      const changed = `${sealed.slice(0, at)}${sealed[at] === "A" ? "B" : "A"}${sealed.slice(at + 1)}`;
      // The last character of base64url may hold unused bits.
      if (Buffer.from(changed.slice(8), "base64url").equals(Buffer.from(sealed.slice(8), "base64url"))) continue;
      expect(() => vault.open(key, "p", changed)).toThrow();
    }
  });

  test("says so when a key was wrapped by another master key", () => {
    const key = createVault(randomBytes(32)).newKey();
    expect(() => vault.seal(key, "p", "x")).toThrow("another master key");
  });

  test("finds a value again by an index nobody can compute without the key", () => {
    expect(vault.blindIndex("phone", "13800001234")).toBe(vault.blindIndex("phone", "13800001234"));
    expect(vault.blindIndex("phone", "13800001234")).not.toBe(vault.blindIndex("id-number", "13800001234"));
    expect(createVault(randomBytes(32)).blindIndex("phone", "13800001234")).not.toBe(vault.blindIndex("phone", "13800001234"));
  });
});

describe("the master key", () => {
  const folder = mkdtempSync(join(tmpdir(), "govpool-key-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const load = (given?: string, file = join(folder, "none"), create = false) => loadMasterKey({ given, file, create });

  test("is made once, for its owner's eyes only, and found again", () => {
    const file = join(folder, "sub", "master.key");
    const key = load(undefined, file, true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(load(undefined, file, true)).toEqual(key);
    expect(load(readFileSync(file, "utf8"))).toEqual(key);
    expect(load(key.toString("hex"))).toEqual(key);
  });

  test("is refused when others can read the file", () => {
    const file = join(folder, "open.key");
    writeFileSync(file, randomBytes(32).toString("base64"));
    chmodSync(file, 0o644);
    expect(() => load(undefined, file)).toThrow("can be read by others");
  });

  test.each([
    ["missing", undefined],
    ["short", randomBytes(16).toString("base64")],
    ["long", randomBytes(48).toString("base64")],
    ["zeros", Buffer.alloc(32).toString("base64")],
    ["one byte repeated", "ab".repeat(32)],
    ["a sequence", Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString("base64")],
    ["words", Buffer.from("change-me-change-me-change-me-12").toString("base64")],
    ["no base64 at all", "this is not a key, it only looks long"],
  ])("is refused when it is %s", (_, given) => {
    expect(() => load(given)).toThrow(UnfitMasterKey);
  });
});

describe("in the database", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.end());

  test("names, identity numbers and phones lie sealed, and a person is found by number all the same", async () => {
    const idNumber = must(parseIdentityNumber("52230119900307103X".replace(/.$/, checkOf("52230119900307103"))));
    const phone = must(parsePhone("+86 138-0000-1234"));
    const person = newPerson(vault, { name: "欧阳示例", latinName: "Ouyang Sample", idNumber, phone, loginName: "ouyang" });
    await people(database.sql).insert(person);
    const dump = JSON.stringify([await database.sql`select * from identity.persons`, await database.sql`select * from identity.users`]);
    for (const secret of ["欧阳示例", "Ouyang", idNumber, phone, "0307103", "00001234"]) expect(dump).not.toContain(secret);
    const found = await people(database.sql).byIdNumberIndex(vault.blindIndex("id-number", idNumber));
    expect(found?.personId).toBe(person.personId);
    expect(vault.open(found?.wrappedKey ?? "", "persons.phone", found?.phone ?? "")).toBe("13800001234");
  });
});

/** ISO 7064 MOD 11-2 as the standard's text says it, step by step: another reading than the product's. */
function checkOf(first17: string): string {
  let p = 0;
  for (const digit of first17) p = ((p + Number(digit)) * 2) % 11;
  const check = (12 - p) % 11;
  return check === 10 ? "X" : String(check);
}

describe("an identity number", () => {
  test("agrees with the standard's own recursion for every body", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 999 }), (day, serial) => {
        const date = new Date(Date.UTC(1950, 0, 1 + day)).toISOString().slice(0, 10).replaceAll("-", "");
        const body = `522301${date}${String(serial).padStart(3, "0")}`;
        for (const check of "0123456789X") {
          expect(parseIdentityNumber(body + check).ok).toBe(check === checkOf(body));
        }
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ["11010519491231002X", "ok"],
    ["11010519491231002x", "ok"],
    ["110105194912310021", "check"],
    ["11010519490231002X", "date"],
    ["99010519491231002X", "division"],
    ["1101051949123100", "form"],
    ["１1010519491231002X", "form"],
    ["", "form"],
  ])("%s: %s", (text, expected) => {
    const parsed = parseIdentityNumber(text);
    expect(parsed.ok ? "ok" : (parsed.problems[0].facts as { reason: string }).reason).toBe(expected);
  });

  test("is shown in part, as are phones and names", () => {
    expect(maskIdentityNumber("522301199001011234")).toBe("5223**********1234");
    expect(maskPhone("13800001234")).toBe("138****1234");
    expect(maskName("张三丰")).toBe("张**");
    expect(maskName("")).toBe("");
  });
});
