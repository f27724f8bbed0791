export { artefactClasses, type ArtefactClass } from "./artefact-classes.js";
export { privacyPage } from "./privacy-page.js";
export { serviceClasses } from "./service-classes.js";
