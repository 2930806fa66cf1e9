import { trusted, type ResourceId } from "../../domain/id.js";
import type { DeclaredGift, DeclaredPlace, DeclaredResource, DeclaredRows } from "../ports/writer.js";

const NO_ASSETS: DeclaredResource["assets"] = [];

/** Without an id and a generation of its own: what is declared of a resource that is there and gives this. */
export const declaredBy = ({ active, ...place }: DeclaredPlace, gift: DeclaredGift): DeclaredResource => ({
  ...place,
  ...gift,
  id: trusted<ResourceId>(0),
  generation: 0,
  offered: gift.state === "published" && active,
  derived: false,
  assets: NO_ASSETS,
});

/** One by one. */
export const unrolled = ({ ids, generations, at, gives, places, gifts }: DeclaredRows): readonly DeclaredResource[] =>
  Array.from(ids, (id, n): DeclaredResource => ({ ...declaredBy(places[at[n]!]!, gifts[gives[n]!]!), id: trusted(id), generation: generations[n]! }));
