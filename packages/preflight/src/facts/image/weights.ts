import { withoutCredentials } from "./clones.js";

/** Whether a file's name is that of model weights: `.bin` and archives only when the path speaks of models. */
export function isWeightFile(path: string): boolean {
  return (
    weightName.test(path) || (looseName.test(path) && /model|weight|checkpoint|ckpt|pretrained|buffalo/i.test(path))
  );
}

/** Whether a URL leads to weights: by its file's name, or as a download of a model host. */
export function isWeightUrl(url: string): boolean {
  const address = addressOf(url);
  if (/^https?:\/\/(?:www\.)?civitai\.com\/api\/download\//i.test(address)) return true;
  if (/^https?:\/\/(?:hf\.co|huggingface\.co|hf-mirror\.com)\/(?!datasets\/|spaces\/).*\/resolve\//i.test(address)) {
    return !/\.(json|txt|md|ya?ml|py|model|jpg|png|wav|mp[34])$/i.test(address);
  }
  return isWeightFile(address);
}

/** A URL without query, fragment and credentials. */
export function addressOf(url: string): string {
  return withoutCredentials(url.replace(/[?#].*$/s, ""));
}

/** Whether a text has the form of a Hugging Face id, `owner/name`, and not that of a relative path. */
export function isHubId(text: string): boolean {
  return /^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/.test(text) && !pathLike.test(text);
}

const weightName = /\.(safetensors|ckpt|pt|pth|onnx|gguf|ggml|engine|pdparams|t7|caffemodel|tflite|h5|npz|nemo|mar)$/i;
const looseName = /\.(bin|pkl|zip|tar|tgz|tar\.gz|7z|task|model)$/i;
const pathLike =
  /^(models?|checkpoints?|ckpts?|weights|pretrained(_models)?|data|assets|app|tmp|cache|outputs?|workspace)\/|\.(py|json|ya?ml|txt|md|pth?|ckpt|safetensors|bin|onnx|gguf|zip|tar|gz|wav|mp[34]|png|jpe?g|sh|toml|cfg)$/i;
