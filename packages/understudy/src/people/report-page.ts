import { markup } from "#report/markup.js";
import { wholePage, type PageFrame } from "./person-page.js";

/**
 * The page on which anybody reports a problem with a video. Pure.
 * @param problem what was wrong with what was sent before.
 */
export function reportPage(frame: PageFrame, problem?: string): string {
  const { publicReport, report } = frame.words;
  const { title, text, about, aboutHint } = publicReport;
  return wholePage(
    title,
    markup`<p class="lead">${text}</p>
      <form method="post" action="report">
        ${problem === undefined ? "" : markup`<p class="problem" role="alert">${problem}</p>`}
        <label>${about}<input type="text" name="about" maxlength="500" placeholder="${aboutHint}" /></label>
        <label>${report.what}<textarea name="text" rows="6" maxlength="4000" required></textarea></label>
        <label>${report.contact}<input type="text" name="contact" maxlength="200" autocomplete="email" placeholder="${report.contactHint}" /></label>
        <button>${report.button}</button>
      </form>`,
    frame,
  );
}
