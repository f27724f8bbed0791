import type { Consent, LabelWish } from "@understudy/render";
import { readRules, stateOf, type ConsentState } from "#consent/index.js";
import type { ServiceRenderState } from "#renders/service-render.js";
import { findPerson } from "./find-person.js";
import type { PeopleDesk } from "./people-desk.js";
import type { PersonPage } from "./person-links.js";

/** What the person in the photo is shown of one consent. */
export interface ShownConsent extends Pick<Consent, "method" | "operator" | "statement" | "createdAt"> {
  readonly id: string;
  readonly use: string;
  /** Empty: anywhere. */
  readonly channels: readonly string[];
  readonly expiresAt?: string;
  readonly state: ConsentState;
  readonly revokedAt?: string;
}

/** What the person in the photo is shown of one video. */
export interface ShownVideo {
  readonly id: string;
  readonly createdAt: string;
  readonly state: ServiceRenderState | "removed";
  readonly label: LabelWish["kind"];
  /** Where it can be watched: `/r/SECRET/NAME`, below the service's address. */
  readonly path?: string;
}

/** All that the page for the person in the photo says. */
export interface PersonView {
  readonly subjectId: string;
  /** Newest first. */
  readonly consents: readonly ShownConsent[];
  /** Newest first. */
  readonly videos: readonly ShownVideo[];
}

/** Reads what there is of a person. */
export async function viewPerson({ ownerId, subjectId }: PersonPage, desk: PeopleDesk): Promise<PersonView> {
  const { consents, renders } = await findPerson(ownerId, subjectId, desk);
  const rules = await readRules(desk.config.consent, desk.dataOf(ownerId), desk.now());
  return {
    subjectId,
    consents: consents.toReversed().map(({ consent, revocation }) => {
      const { id, method, operator, statement, createdAt, scope, expiresAt } = consent;
      return {
        id,
        method,
        operator,
        statement,
        createdAt,
        use: scope.use,
        channels: scope.channels,
        ...(expiresAt !== undefined && { expiresAt }),
        state: stateOf({ consent, ...(revocation !== undefined && { revocation }) }, rules),
        ...(revocation !== undefined && { revokedAt: revocation.revokedAt }),
      };
    }),
    videos: renders.map(({ id, createdAt, state, order, files, outputsRemovedAt }) => {
      const path = outputsRemovedAt === undefined ? files?.[0]?.path : undefined;
      return {
        id,
        createdAt: createdAt.toISOString(),
        state: state === "finished" && path === undefined ? "removed" : state,
        label: order.label.kind,
        ...(path !== undefined && { path }),
      };
    }),
  };
}
