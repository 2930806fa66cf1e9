import chromium from "@sparticuz/chromium";
import { chromium as playwright, type Browser } from "playwright-core";

/**
 * A real Chromium without a system installation. The package unpacks its binary into the temporary
 * folder on first use. No system fonts are assumed: the portal's own web font must carry Chinese.
 */
export async function launchBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    headless: true,
    args: [...chromium.args.filter((arg) => !arg.startsWith("--headless") && arg !== "--single-process" && arg !== "--no-zygote"), "--no-sandbox"],
  });
}
