import type { TrustAnchors } from "./seal-messages.js";

/** Whatever a file names, nothing is asked of the network. */
const noNetwork = {
  core: { allowed_network_hosts: [], max_decompressed_manifest_size_in_mb: 8 },
  verify: { ocsp_fetch: false, remote_manifest_fetch: false },
};

/** Settings to sign with, as the library's JSON. The result is read back with other settings, so it is not checked twice. */
export const signerSettings: string = JSON.stringify({
  ...noNetwork,
  verify: { ...noNetwork.verify, verify_after_sign: false, verify_trust: false },
  builder: { thumbnail: { enabled: false } },
});

/** Settings to read with, as the library's JSON. */
export function readerSettings({ own, others }: TrustAnchors): string {
  return JSON.stringify({
    ...noNetwork,
    verify: { ...noNetwork.verify, verify_after_reading: true, verify_trust: true, verify_timestamp_trust: true },
    trust: {
      ...(own !== "" && { user_anchors: own }),
      ...(others !== "" && { trust_anchors: others }),
    },
  });
}
