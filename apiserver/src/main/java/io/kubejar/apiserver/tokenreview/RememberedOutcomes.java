package io.kubejar.apiserver.tokenreview;

import io.kubejar.apiserver.authn.TokenAuthenticator.Outcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What tokens turned out to be a short while ago. Tokens themselves are not kept: they are known
/// by a hash under a key that nobody can guess. Safe for use by many threads.
final class RememberedOutcomes {
  /// The ones that were used longest ago go first.
  private static final int MAX = 32_768;

  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;

  private record Remembered(Outcome outcome, Instant until) {}

  private final Duration ttl;
  private final InstantSource clock;
  private final SecretKeySpec secret;
  private final Map<String, Remembered> outcomes =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Remembered> eldest) {
          return size() > MAX;
        }
      };

  RememberedOutcomes(Duration ttl, InstantSource clock, RandomGenerator random) {
    this.ttl = ttl;
    this.clock = clock;
    var key = new byte[KEY_BYTES];
    random.nextBytes(key);
    secret = new SecretKeySpec(key, ALGORITHM);
  }

  /// Stands for a token that shall be for these audiences.
  String key(String token, List<String> audiences) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(secret);
      add(mac, token);
      audiences.forEach(audience -> add(mac, audience));
      return HexFormat.of().formatHex(mac.doFinal());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible); // Every Java has this algorithm.
    }
  }

  synchronized Optional<Outcome> find(String key) {
    var found = outcomes.get(key);
    return found != null && clock.instant().isBefore(found.until)
        ? Optional.of(found.outcome)
        : Optional.empty();
  }

  synchronized void put(String key, Outcome outcome) {
    if (!ttl.isZero()) {
      outcomes.put(key, new Remembered(outcome, clock.instant().plus(ttl)));
    }
  }

  /// With its length, so that no two lists of texts look the same.
  private static void add(Mac mac, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    mac.update(bytes);
  }
}
