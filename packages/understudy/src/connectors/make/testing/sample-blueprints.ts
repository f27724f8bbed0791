/**
 * Scenarios written for these tests in the shape of Make's exports: connections, the editor's own notes, routers, error handlers,
 * names in backticks and functions.
 */

const designer = (x: number, y = 0) => ({ designer: { x, y } });

const metadata = (instant: boolean) => ({
  instant,
  version: 1,
  scenario: { roundtrips: 1, maxErrors: 3, autoCommit: true, sequential: false, slots: null, dlq: false },
  designer: { orphans: [] },
  zone: "eu2.make.com",
  notes: [],
});

/** A form posts to a webhook; who is on the list is told so at once, everybody else is added. */
export const sampleRouter = {
  name: "Sign up",
  description: "With an answer at once",
  flow: [
    {
      id: 1,
      module: "gateway:CustomWebHook",
      version: 1,
      parameters: { hook: 4711, maxResults: 1 },
      mapper: {},
      metadata: {
        ...designer(0),
        restore: { parameters: { hook: { label: "Sign up" } } },
        interface: [{ name: "email" }],
      },
    },
    {
      id: 4,
      module: "builtin:BasicRouter",
      version: 1,
      mapper: null,
      metadata: designer(300),
      routes: [
        {
          flow: [
            {
              id: 6,
              module: "airtable:ActionSearchRecords",
              version: 3,
              parameters: { __IMTCONN__: 42 },
              filter: {
                name: "has an address",
                conditions: [
                  [{ a: "{{1.email}}", o: "exist" }],
                  [{ a: "{{lower(1.source)}}", o: "text:equal", b: "form" }],
                ],
              },
              mapper: {
                base: "appAAAAAAAAAAAAAA",
                table: "tblAAAAAAAAAAAAAA",
                formula: '{Mail}="{{1.email}}"',
                maxRecords: "1",
              },
              metadata: { ...designer(600, -150), expect: [{ name: "formula", type: "text" }] },
              onerror: [{ id: 9, module: "builtin:Ignore", version: 1, mapper: {}, metadata: designer(900, -300) }],
            },
            {
              id: 7,
              module: "gateway:WebhookRespond",
              version: 1,
              parameters: {},
              mapper: {
                status: "200",
                body: '{"name": "{{6.`Full name`}}"}',
                headers: [{ key: "content-type", value: "application/json" }],
              },
              metadata: designer(900, -150),
            },
          ],
        },
        {
          flow: [
            {
              id: 8,
              module: "http:ActionSendData",
              version: 3,
              parameters: { handleErrors: false },
              mapper: {
                url: "https://example.com/{{1.id}}",
                method: "post",
                data: '{"at": "{{formatDate(now; "YYYY")}}"}',
                qs: [],
              },
              metadata: designer(600, 150),
            },
          ],
        },
      ],
    },
  ],
  metadata: metadata(true),
};

/** Begins by a timetable, with an action. */
export const sampleTimetable = {
  name: "Every morning",
  flow: [
    {
      id: 2,
      module: "airtable:ActionSearchRecords",
      version: 3,
      parameters: {},
      mapper: { base: "appAAAAAAAAAAAAAA", table: "tblAAAAAAAAAAAAAA", formula: "{Status}='Queued'", maxRecords: "10" },
      metadata: designer(0),
    },
    {
      id: 3,
      module: "airtable:ActionUpdateRecords",
      version: 3,
      parameters: {},
      mapper: { id: "{{2.id}}", record: { fldAAAAAAAAAAAAAA: "{{2.`Source Video`[1].url}}" }, typecast: false },
      metadata: designer(300),
    },
  ],
  metadata: metadata(false),
};
