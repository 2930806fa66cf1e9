import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import type { ManifestFile } from "../app/ports/manifest.js";
import { problem, type Problem } from "../domain/problem.js";
import { unlessRefused, type Result } from "../domain/result.js";
import { MANIFEST_LIMITS } from "./limits.js";

const READ = /\.(ya?ml|csv)$/;

/** The declarations in a folder and everything beneath it, or in one file; sorted by path, so that problems come in one order. */
export async function readFolder(path: string): Promise<Result<ManifestFile[]>> {
  const problems: Problem[] = [];
  const files: ManifestFile[] = [];
  for (const file of await filesOf(path, problems)) {
    try {
      const { size } = await stat(file);
      if (size > MANIFEST_LIMITS.fileBytesMax) problems.push(problem("input.too_large", { maxBytes: MANIFEST_LIMITS.fileBytesMax }, { file }));
      else files.push({ path: relative(path, file) || file, bytes: await readFile(file) });
    } catch (error) {
      problems.push(problem("manifest.unreadable", { detail: codeOf(error) }, { file }));
    }
    if (files.length > MANIFEST_LIMITS.filesMax) break;
  }
  if (files.length === 0 && problems.length === 0) problems.push(problem("manifest.unreadable", { detail: "*.yaml, *.csv: 0" }, { file: path }));
  return unlessRefused(problems, files);
}

async function filesOf(path: string, problems: Problem[]): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && READ.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    problems.push(problem("manifest.unreadable", { detail: codeOf(error) }, { file: path }));
    return [];
  }
}

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? String(error).slice(0, 160);
