package io.kubejar.apiserver.encryption;

import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.configfile.ReloadMetrics;
import io.kubejar.apiserver.kms.KmsException;
import io.kubejar.apiserver.kms.KmsPlugin;
import io.kubejar.apiserver.kms.KmsPlugin.Encrypted;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A key management plugin as the server knows it: how it is, and the seed that is written with
/// now.
///
/// A look at the plugin ([#check]) makes a new seed when the plugin has another key. While the
/// plugin is not well the last seed goes on being used, but only for [#SEED_LIFE]: whoever changes
/// a key must be able to rely on the old one not being used for long. Reading goes on for ever.
final class KmsProvider implements AutoCloseable {
  /// How often a plugin is looked at that is well.
  static final Duration INTERVAL_WELL = Duration.ofMinutes(1);

  /// And one that is not.
  static final Duration INTERVAL_ILL = Duration.ofSeconds(10);

  static final Duration SEED_LIFE = Duration.ofMinutes(3);

  /// How long what a look found is taken for true.
  private static final Duration TRUSTED_WELL = Duration.ofSeconds(20);

  private static final Duration TRUSTED_ILL = Duration.ofSeconds(3);

  /// The first and the longest time until values are read anew that a plugin, though well, could
  /// not decrypt.
  private static final Duration SECOND_LOOK_MIN = Duration.ofMinutes(1);

  private static final Duration SECOND_LOOK_MAX = Duration.ofHours(1);

  private static final Set<String> VERSIONS = Set.of("v2", "v2beta1");

  /// Failures that say nothing of the value, only of the way to the plugin.
  private static final Set<String> PASSING = Set.of("Unavailable", "DeadlineExceeded", "Canceled");

  private static final Logger log = LoggerFactory.getLogger(KmsProvider.class);

  private final String name;
  private final KmsPlugin plugin;
  private final Clock clock;
  private final RandomGenerator random;
  private final EncryptionMetrics metrics;
  private final ReentrantLock looking = new ReentrantLock();
  private volatile @Nullable Current current;
  private volatile @Nullable Silence silence;
  private volatile @Nullable Instant readAnewAt;

  // Guarded by the lock.
  private Instant lookedAt = Instant.MIN;
  private String found = "";
  private String version = "";
  private Duration secondLook = SECOND_LOOK_MIN;

  /// What is written with.
  record Current(Transformer transformer, Envelope envelope, Instant expires) {
    String keyId() {
      return envelope.key().keyId();
    }
  }

  /// The plugin did not answer, and is not asked again until then: reading many values must not
  /// wait for each of them.
  private record Silence(String failure, Instant until) {}

  KmsProvider(
      String name,
      KmsPlugin plugin,
      Clock clock,
      RandomGenerator random,
      EncryptionMetrics metrics) {
    this.name = name;
    this.plugin = plugin;
    this.clock = clock;
    this.random = random;
    this.metrics = metrics;
  }

  String name() {
    return name;
  }

  /// @throws UnreadableException if the plugin has never been well
  Current current() throws UnreadableException {
    var now = current;
    if (now == null) {
      readAnewAt = clock.instant();
      throw new UnreadableException("got unexpected nil transformer");
    }
    return now;
  }

  /// @throws UnreadableException also if the plugin has not been well for too long
  Current forWriting() throws UnreadableException {
    var now = current();
    var time = clock.instant();
    if (time.isAfter(now.expires)) {
      throw new UnreadableException(
          "encryptedDEKSource with keyID hash \"%s\" expired at %s (current time is %s)"
              .formatted(ReloadMetrics.hash(now.keyId()), seconds(now.expires), seconds(time)));
    }
    return now;
  }

  Bytes decrypt(Encrypted key) throws UnreadableException {
    var silent = silence;
    if (silent != null && clock.instant().isBefore(silent.until)) {
      throw new UnreadableException(silent.failure);
    }
    try {
      return timed("Decrypt", () -> plugin.decrypt(uid(), key));
    } catch (KmsException failed) {
      var failure = "failed to decrypt DEK, error: " + failed.getMessage();
      boolean passing = PASSING.contains(failed.code());
      if (passing) {
        silence = new Silence(failure, clock.instant().plus(TRUSTED_ILL));
      }
      readAnewAt = clock.instant().plus(passing ? Duration.ZERO : secondLook);
      throw new UnreadableException(failure, failed);
    }
  }

  /// Looks at the plugin, unless somebody just did.
  ///
  /// @return what is wrong
  Optional<String> check() {
    looking.lock();
    try {
      var trusted = found.isEmpty() ? TRUSTED_WELL : TRUSTED_ILL;
      if (lookedAt.equals(Instant.MIN) || !clock.instant().isBefore(lookedAt.plus(trusted))) {
        found = look();
        lookedAt = clock.instant();
        if (!found.isEmpty()) {
          log.warn("A KMS plugin is not well. name={} {}", name, found);
        } else {
          silence = null;
        }
      }
      return found.isEmpty() ? Optional.empty() : Optional.of(found);
    } finally {
      looking.unlock();
    }
  }

  /// Whether values could not be read that perhaps can be now. Says so once.
  boolean takeReadAnew() {
    looking.lock();
    try {
      var due = readAnewAt;
      if (due == null || !found.isEmpty() || clock.instant().isBefore(due)) {
        return false;
      }
      readAnewAt = null;
      var twice = secondLook.multipliedBy(2);
      secondLook = twice.compareTo(SECOND_LOOK_MAX) > 0 ? SECOND_LOOK_MAX : twice;
      return true;
    } finally {
      looking.unlock();
    }
  }

  private String look() {
    KmsPlugin.Status status;
    try {
      status = timed("Status", plugin::status);
    } catch (KmsException failed) {
      return "failed to perform status section of the healthz check for KMS Provider "
          + name
          + ", error: "
          + failed.getMessage();
    }
    var faults = new ArrayList<String>();
    if (!status.healthz().equals("ok")) {
      faults.add("got unexpected healthz status: " + status.healthz());
    }
    checkVersion(status.version()).ifPresent(faults::add);
    var keyFault = Envelope.keyIdFault(status.keyId());
    if (keyFault.isEmpty()) {
      metrics.keyTold(name, status.keyId());
      use(status.keyId()).ifPresent(faults::add);
    } else {
      metrics.badKeyTold(name, status.keyId().isEmpty() ? "empty" : "too_long");
      faults.add(
          "got invalid KMSv2 KeyID hash \""
              + ReloadMetrics.hash(status.keyId())
              + "\": "
              + keyFault);
    }
    if (faults.isEmpty()) {
      return "";
    }
    var all = faults.size() == 1 ? faults.getFirst() : "[" + String.join(", ", faults) + "]";
    return "kmsv2 Provider " + name + " is not healthy, error: " + all;
  }

  private Optional<String> checkVersion(String told) {
    if (!VERSIONS.contains(told)) {
      return Optional.of("expected KMSv2 API version v2, got " + told);
    }
    if (version.isEmpty()) {
      version = told;
    }
    return version.equals(told)
        ? Optional.empty()
        : Optional.of(
            "KMSv2 API version should not change after the initial status response version %s, got %s"
                .formatted(version, told));
  }

  /// Writes with this key from now on, or for longer.
  private Optional<String> use(String keyId) {
    var former = current;
    // Before the call: its time counts.
    var expires = clock.instant().plus(SEED_LIFE);
    if (former != null && former.keyId().equals(keyId)) {
      current = new Current(former.transformer, former.envelope, expires);
      return Optional.empty();
    }
    var uid = uid();
    var madeWith = "";
    var failure = "<nil>";
    try {
      var seed = new byte[SeededAesGcm.SEED_BYTES];
      random.nextBytes(seed);
      var encrypted = timed("Encrypt", () -> plugin.encrypt(uid, Bytes.of(seed)));
      madeWith = encrypted.keyId();
      var envelope = Envelope.empty(encrypted);
      envelope.check();
      if (madeWith.equals(keyId)) {
        current = new Current(new SeededAesGcm(seed, random), envelope, expires);
        log.info(
            "A KMS plugin encrypts with a new key. name={} key={}",
            name,
            ReloadMetrics.hash(keyId));
        return Optional.empty();
      }
    } catch (KmsException failed) {
      failure = "failed to encrypt DEK, error: " + failed.getMessage();
    } catch (UnreadableException bad) {
      failure = String.valueOf(bad.getMessage());
    }
    return Optional.of(notRotated(uid, former, failure, keyId, madeWith));
  }

  private static String notRotated(
      String uid, @Nullable Current former, String failure, String told, String madeWith) {
    return "failed to rotate DEK uid=\"%s\", useSeed=true, errState=%s, errGen=%s, statusKeyIDHash=\"%s\", encryptKeyIDHash=\"%s\", stateKeyIDHash=\"%s\", expirationTimestamp=%s"
        .formatted(
            uid,
            former == null ? "got unexpected nil transformer" : "<nil>",
            failure,
            ReloadMetrics.hash(told),
            ReloadMetrics.hash(madeWith),
            former == null ? "" : ReloadMetrics.hash(former.keyId()),
            former == null ? "0001-01-01T00:00:00Z" : seconds(former.expires));
  }

  private interface Call<T> {
    T run() throws KmsException;
  }

  private <T> T timed(String method, Call<T> call) throws KmsException {
    var begin = clock.instant();
    var code = "OK";
    try {
      return call.run();
    } catch (KmsException failed) {
      code = failed.code();
      throw failed;
    } finally {
      metrics.called(name, method, code, Duration.between(begin, clock.instant()));
    }
  }

  private String uid() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  private static Instant seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }

  @Override
  public void close() {
    plugin.close();
  }
}
