import chromium from "@sparticuz/chromium";
import { chromium as playwright, type Browser } from "playwright-core";

/** Of the package's arguments, those that draw by a graphics card made of software: a page drawn without one is the same page at half the cost. */
const GRAPHICS = ["--in-process-gpu", "--use-gl=", "--use-angle=", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"];
const LEFT_OUT = ["--headless", "--single-process", "--no-zygote", ...GRAPHICS];

/**
 * A real Chromium without a system installation. The package unpacks its binary into the temporary
 * folder on first use. No system fonts are assumed: the portal's own web font must carry Chinese.
 */
export async function launchBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    headless: true,
    args: [...chromium.args.filter((arg) => !LEFT_OUT.some((left) => arg.startsWith(left))), "--no-sandbox", "--disable-gpu", "--disable-software-rasterizer"],
  });
}
