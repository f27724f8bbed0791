export { artefactClasses, type ArtefactClass } from "./artefact-classes.js";
export { privacyPage } from "./privacy-page.js";
