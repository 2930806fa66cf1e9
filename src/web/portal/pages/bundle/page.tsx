import type { ItemGuide, Names } from "../../../../domain/catalogue/item.js";
import { hallText } from "../../../../text/portal-hall.js";
import { portalText } from "../../../../text/portal.js";
import { Breadcrumbs } from "../../components/breadcrumbs.js";
import { Heading } from "../../components/heading.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";
import { Materials } from "../item/page.js";

export interface BundleView {
  readonly code: string;
  readonly names: Names;
  readonly members: readonly { readonly guide: ItemGuide; readonly after: readonly string[] }[];
}

/** Working days when members that do not wait for one another run side by side. */
export function bundleDays(members: BundleView["members"]): number {
  const days = new Map<string, number>();
  const endOf = (item: string, seen: readonly string[]): number => {
    const known = days.get(item);
    if (known !== undefined) return known;
    const member = members.find(({ guide }) => guide.item === item);
    if (member === undefined || seen.includes(item)) return 0;
    const begin = Math.max(0, ...member.after.map((before) => endOf(before, [...seen, item])));
    days.set(item, begin + member.guide.promisedDays);
    return begin + member.guide.promisedDays;
  };
  return Math.max(0, ...members.map(({ guide }) => endOf(guide.item, [])));
}

export const BundlePage = ({ frame, view }: { frame: Frame; view: BundleView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const byItem = new Map(view.members.map(({ guide }) => [guide.item as string, guide.names]));
  const materials = [...new Map(view.members.flatMap(({ guide }) => guide.materials).map((material) => [material.material, material])).values()];
  return (
    <Layout frame={frame} title={name(view.names)} breadcrumbs={<Breadcrumbs voice={voice} trail={[{ href: inPool(frame, ""), label: t(portalText["nav.home"]) }]} />}>
      <div class="page-guide">
        <Heading over={t(hallText["home.bundles"])} title={name(view.names)} lead={t(hallText["bundle.lead"], { count: view.members.length })} />
        <p class="big-figure">{t(hallText["bundle.time"], { days: bundleDays(view.members) })}</p>
        <div class="actions">
          <a class="button button--start" href={inPool(frame, `/bundles/${view.code}/apply`)}>
            {t(hallText["item.start"])}
          </a>
        </div>
        <p class="soft">{t(hallText["item.start.note"])}</p>
        <section class="section" aria-labelledby="items">
          <h2 id="items">{t(hallText["bundle.items"])}</h2>
          <ol class="link-list">
            {view.members.map(({ guide, after }) => (
              <li>
                <a class="link-list__title" href={inPool(frame, `/items/${encodeURIComponent(guide.item)}`)}>
                  {name(guide.names)}
                </a>
                <p class="link-list__meta">
                  <span>{guide.promisedDays === 0 ? t(hallText["items.at-once"]) : t(hallText["items.promised"], { days: guide.promisedDays })}</span>
                  {after.length === 0 ? null : (
                    <span>{t(hallText["bundle.after"], { items: voice.list(after.map((item) => name(byItem.get(item) ?? { zh: item, en: item }))) })}</span>
                  )}
                </p>
              </li>
            ))}
          </ol>
        </section>
        <section class="section" aria-labelledby="materials">
          <h2 id="materials">{t(hallText["bundle.materials"])}</h2>
          <Materials voice={voice} materials={materials} />
        </section>
      </div>
    </Layout>
  );
};
