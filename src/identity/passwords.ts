import { hashPassword, verifyPassword } from "better-auth/crypto";
import { problem } from "../domain/problem.js";
import { ok, refused, type Result } from "../domain/result.js";

export const PASSWORD_MIN = 12;
/** Longer ones cost us time and gain nobody anything. */
export const PASSWORD_MAX = 128;

/** scrypt at the library's parameters takes 16 MB and about 60 ms of one core: more at once only queue up in the processor. */
const AT_ONCE_MAX = 2;

/** Beginnings and bodies of the passwords tried first everywhere. */
const COMMON = ["password", "passw0rd", "qwerty", "123456", "112233", "abcdef", "abc123", "letmein", "iloveyou", "welcome", "admin", "woaini", "5201314", "govpool"];

/** Refuses what would be guessed in the first thousand tries, and says what would do. */
export function checkPassword(password: string, loginName: string | null): Result<void> {
  const weak = () => refused(problem("identity.password_weak", { min: PASSWORD_MIN }, { field: "password" }));
  const plain = password.normalize("NFKC").toLowerCase();
  if (weight(plain) < PASSWORD_MIN || password.length > PASSWORD_MAX || new Set(plain).size < 5) return weak();
  const named = loginName !== null && loginName.length >= 3 ? plain.split(loginName.toLowerCase()).join("") : plain;
  const rest = COMMON.reduce((left, word) => left.split(word).join(""), named);
  // What is left after taking out the common words must still be something.
  return weight(rest) < PASSWORD_MIN / 2 || isRun(plain) ? weak() : ok();
}

/** A Han character says what two letters say. */
const weight = (text: string): number => [...text].reduce((sum, one) => sum + (/\p{Script=Han}/u.test(one) ? 2 : 1), 0);

const isRun = (text: string): boolean => {
  const codes = [...text].map((one) => one.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0));
  return steps.filter((step) => Math.abs(step) <= 1).length >= steps.length - 1;
};

/** The library's scrypt, never more than two at once: a flood of sign-ins waits in line instead of taking the machine. */
export function createPasswords() {
  let running = 0;
  const waiting: (() => void)[] = [];
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= AT_ONCE_MAX) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
  return {
    hash: (password: string) => inTurn(() => hashPassword(password)),
    verify: (input: { readonly hash: string; readonly password: string }) => inTurn(() => verifyPassword(input)),
  };
}
