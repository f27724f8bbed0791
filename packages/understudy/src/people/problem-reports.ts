/** What somebody reported about a video. */
export interface ProblemReport {
  /** `report_` and 16 hex digits. */
  readonly id: string;
  readonly ownerId: string;
  readonly subjectId?: string;
  readonly renderId?: string;
  /** At most 4000 characters; of a report without a key, 500 more that say what it is about. */
  readonly text: string;
  /** How to reach whoever reported it; at most 200 characters. */
  readonly contact?: string;
  readonly createdAt: Date;
  /** 48 hours later. */
  readonly answerDueAt: Date;
  readonly closedAt?: Date;
}

/** Problems that people reported, and whether somebody answered. */
export interface ProblemReports {
  add(report: Pick<ProblemReport, "ownerId" | "subjectId" | "renderId" | "text" | "contact">): Promise<ProblemReport>;
  list(
    ownerId: string,
    options: { readonly isOpen?: boolean; readonly limit: number },
  ): Promise<readonly ProblemReport[]>;
  /** @returns false when there is none. */
  close(ownerId: string, id: string): Promise<boolean>;
}
