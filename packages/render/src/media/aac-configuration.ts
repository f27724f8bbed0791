/** What an AudioSpecificConfig says (ISO/IEC 14496-3, section 1.6.2.1), as far as it is needed to write packets that fit it. */
export interface AacConfiguration {
  readonly sampleRateHz: number;
  readonly channelCount: 1 | 2;
}

const rates = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];

/** At rates up to this, AAC-LC may carry spectral band replication that its configuration does not tell of. */
const mayHideReplicationHz = 24_000;

/**
 * Reads the configuration of plain AAC-LC with packets of 1024 samples, one or two channels; undefined for everything else, among it
 * sound whose high band is replicated.
 */
export function parseAacLc(configuration: Uint8Array): AacConfiguration | undefined {
  const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0] = configuration;
  if (configuration.length < 2 || first >> 3 !== 2) return undefined;
  const sampleRateHz = rates[((first & 7) << 1) | (second >> 7)];
  const channelCount = (second >> 3) & 15;
  // frameLengthFlag, dependsOnCoreCoder, extensionFlag
  if (sampleRateHz === undefined || sampleRateHz <= mayHideReplicationHz || (second & 7) !== 0) return undefined;
  if (channelCount !== 1 && channelCount !== 2) return undefined;
  // A sync word (0x2b7) tells of replication behind it: type 5 and the flag.
  const hasExtension = configuration.length >= 5 && ((third << 3) | (fourth >> 5)) === 0x2b7;
  const isReplicated = hasExtension && (fourth & 31) === 5 && fifth >> 7 === 1;
  return isReplicated ? undefined : { sampleRateHz, channelCount };
}
