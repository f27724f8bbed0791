import type { ProjectFacts, ProjectFile } from "#facts/project/project-facts.js";

/** Files that hold automatic tests: by name as pytest, vitest, jest, Go and bats find them, and with a test in them. */
export function testFiles({ files }: ProjectFacts): readonly ProjectFile[] {
  return [...files.values()].filter(
    ({ path, text }) => testFileName.test(path) && text !== undefined && aTest.test(text),
  );
}

/** Test files that speak of a subject. */
export function testFilesAbout(project: ProjectFacts, subject: RegExp): readonly ProjectFile[] {
  return testFiles(project).filter(({ path, text = "" }) => subject.test(path) || subject.test(text));
}

const testFileName = /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$|\.(?:test|spec)\.[cm]?[jt]sx?$|_test\.go$|\.bats$/;

/** A script named test_x.py that only prints is no test. */
const aTest = /^[ \t]*(?:async )?def test|^[ \t]*assert\b|\bTestCase\b|\b(?:it|test)(?:\.\w+)*\(|^func Test|^@test/m;
