import type { ProblemCode } from "../../domain/problem.js";
import { problemTexts } from "../../text/problems.js";
import { referenceText } from "../../text/reference.js";
import { DataTable } from "../portal/components/data-table.js";
import type { Frame } from "../portal/frame.js";
import { Layout } from "../portal/layout.js";

const codes = (Object.keys(problemTexts) as ProblemCode[]).sort();

/** Where the `type` of every problem leads. */
export const ProblemsPage = ({ frame }: { frame: Frame }) => {
  const { voice } = frame;
  const { t } = voice;
  return (
    <Layout frame={frame} title={t(referenceText["problems.title"])} wide>
      <h1>{t(referenceText["problems.title"])}</h1>
      <p class="lead">{t(referenceText["problems.lead"])}</p>
      <DataTable
        voice={voice}
        caption={t(referenceText["problems.title"])}
        captionHidden
        rows={codes}
        cards
        columns={[
          { key: "code", label: t(referenceText["problems.code"]), header: true, cell: (code) => <code id={code}>{code}</code> },
          { key: "status", label: t(referenceText["problems.status"]), number: true, cell: (code) => problemTexts[code].status },
          { key: "says", label: t(referenceText["problems.says"]), cell: (code) => t(problemTexts[code].title) },
          { key: "todo", label: t(referenceText["problems.todo"]), cell: (code) => t(problemTexts[code].todo) },
        ]}
      />
    </Layout>
  );
};
