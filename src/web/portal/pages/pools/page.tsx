import { hallText } from "../../../../text/portal-hall.js";
import { Heading } from "../../components/heading.js";
import { Empty } from "../../components/panels.js";
import type { Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface PoolChoice {
  readonly id: string;
  readonly names: { readonly zh: string; readonly en: string };
  readonly sandbox: boolean;
}

/** `/`: which place's hall to enter. Shown only where there is a choice. */
export const PoolsPage = ({ frame, pools }: { frame: Frame; pools: readonly PoolChoice[] }) => {
  const { t, name } = frame.voice;
  return (
    <Layout frame={frame} title={t(hallText["pools.title"])}>
      <div class="column">
        <Heading title={t(hallText["pools.title"])} lead={t(hallText["pools.lead"])} />
        {pools.length === 0 ? (
          <Empty title={t(hallText["pools.empty.title"])} text={t(hallText["pools.empty.text"])} />
        ) : (
          <ul class="link-list">
            {pools.map((pool) => (
              <li>
                <a class="link-list__title" href={`/pools/${pool.id}`}>
                  {name(pool.names)}
                </a>
                {pool.sandbox ? <p class="link-list__meta">{t(hallText["pools.sandbox"])}</p> : null}
              </li>
            ))}
          </ul>
        )}
      </div>
    </Layout>
  );
};
