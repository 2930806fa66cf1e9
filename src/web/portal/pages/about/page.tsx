import { hallText } from "../../../../text/portal-hall.js";
import { Heading } from "../../components/heading.js";
import type { Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export const AboutPage = ({ frame, topic }: { frame: Frame; topic: "accessibility" | "privacy" }) => {
  const { t } = frame.voice;
  const title = t(hallText[`about.${topic}.title`]);
  return (
    <Layout frame={frame} title={title}>
      <Heading title={title} />
      <p class="prose">{t(hallText[`about.${topic}.text`])}</p>
    </Layout>
  );
};
