package io.kubejar.apiserver.encryption;

import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import io.kubejar.apiserver.configfile.ConfigFileException;
import io.kubejar.apiserver.encryption.EncryptionConfiguration.EncryptionProvider;
import io.kubejar.apiserver.encryption.EncryptionConfiguration.NamedKey;
import io.kubejar.apiserver.encryption.Prefixed.Choice;
import io.kubejar.apiserver.kms.GrpcKmsPlugin;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How each resource is stored. The configuration may be replaced while the server runs: what is
/// written from then on follows the new one.
///
/// A step looks at the key management plugins, whose keys change without anybody telling.
public final class Encryption implements Steppable, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Encryption.class);
  private static final String PREFIX = "k8s:enc:";

  /// How much longer than its calls may take a plugin that was replaced is still there for them.
  private static final int CALLS_BEFORE_CLOSING = 2;

  private final RandomGenerator random;
  private final Clock clock;
  private final EncryptionMetrics metrics;
  private final ReentrantLock configuring = new ReentrantLock();
  private volatile InUse inUse = new InUse(Map.of(), List.of(), Duration.ZERO);
  private volatile boolean configured;
  private volatile @Nullable String waiting;
  private volatile Runnable wakeUp = () -> {};
  private volatile Runnable readAnew = () -> {};

  /// The next look, owned by the steps.
  private Clock.Timer nextLook = () -> {};

  /// One configuration with its plugins.
  private record InUse(
      Map<GroupResource, Transformer> transformers, List<KmsProvider> plugins, Duration patience) {
    Optional<String> problem() {
      var problems = new ArrayList<String>();
      for (int i = 0; i < plugins.size(); i++) {
        var name = "kms-provider-" + i + ": ";
        plugins.get(i).check().ifPresent(problem -> problems.add(name + problem));
      }
      return switch (problems.size()) {
        case 0 -> Optional.empty();
        case 1 -> Optional.of(problems.getFirst());
        default -> Optional.of("[" + String.join(", ", problems) + "]");
      };
    }

    void close() {
      plugins.forEach(KmsProvider::close);
    }
  }

  /// Nothing is encrypted yet.
  ///
  /// @param random must be fit for cryptography if anything is to be encrypted
  /// @param server the name of this server
  public Encryption(RandomGenerator random, Clock clock, String server) {
    this.random = random;
    this.clock = clock;
    metrics = new EncryptionMetrics(clock, server);
  }

  /// @param text YAML or JSON
  /// @throws ConfigFileException with everything that is wrong with it
  public static void check(String text) {
    ConfigurationReader.read(text);
  }

  /// Follows this configuration from now on. A plugin that is not there yet may come later.
  ///
  /// @param text YAML or JSON
  /// @throws ConfigFileException with everything that is wrong with it; the old one stays
  public void configure(String text) {
    configuring.lock();
    try {
      var made = made(ConfigurationReader.read(text));
      made.problem().ifPresent(problem -> log.warn("Encryption is not ready: {}", problem));
      use(text, made);
    } finally {
      configuring.unlock();
    }
  }

  /// Follows this configuration as soon as all its plugins are well.
  ///
  /// @throws ConfigFileException with everything that is wrong with it; the old one stays
  public void replace(String text) {
    try {
      check(text);
    } catch (ConfigFileException unusable) {
      metrics.reloads().reloaded(false);
      throw unusable;
    }
    waiting = text;
    tryWaiting();
    wakeUp.run();
  }

  private void tryWaiting() {
    configuring.lock();
    try {
      var text = waiting;
      if (text == null) {
        return;
      }
      var made = made(ConfigurationReader.read(text));
      var problem = made.problem();
      metrics.reloads().reloaded(problem.isEmpty());
      if (problem.isPresent()) {
        made.close();
        log.warn("The new encryption waits: health check failed. {}", problem.get());
        return;
      }
      waiting = null;
      use(text, made);
      readAnew.run();
    } finally {
      configuring.unlock();
    }
  }

  private void use(String text, InUse made) {
    var former = inUse;
    inUse = made;
    configured = true;
    metrics.reloads().inUse(text);
    // Somebody may still be waiting for an answer.
    clock.schedule(former.patience.multipliedBy(CALLS_BEFORE_CLOSING), former::close);
    wakeUp.run();
  }

  private InUse made(EncryptionConfiguration configuration) {
    var plugins = new ArrayList<KmsProvider>();
    var patience = Duration.ZERO;
    var choices = new HashMap<GroupResource, List<Choice>>();
    for (var rule : configuration.rules()) {
      var providers = new ArrayList<Choice>();
      for (var provider : rule.providers()) {
        providers.add(choice(provider, plugins));
        if (provider instanceof EncryptionProvider.Kms kms) {
          patience = patience.plus(kms.limit());
        }
      }
      for (var resource : rule.resources()) {
        choices.computeIfAbsent(resource, _ -> new ArrayList<>()).addAll(providers);
      }
    }
    var made = new HashMap<GroupResource, Transformer>();
    choices.forEach(
        (resource, list) -> made.put(resource, new Prefixed(list, "no matching prefix found")));
    return new InUse(Map.copyOf(made), List.copyOf(plugins), patience);
  }

  /// How objects of this resource are stored now: by the rule for it, for its group, or for all.
  public Transformer of(GroupResource resource) {
    var rules = inUse.transformers;
    return Optional.ofNullable(rules.get(resource))
        .or(() -> Optional.ofNullable(rules.get(new GroupResource(resource.group(), "*"))))
        .or(() -> Optional.ofNullable(rules.get(ResourceNames.EVERYTHING)))
        .orElse(Transformer.NONE);
  }

  /// Whether no resource is encrypted, nor ever was.
  public boolean isOff() {
    return inUse.transformers.isEmpty();
  }

  /// What is wrong with the key management plugins.
  public Optional<String> problem() {
    return inUse.problem();
  }

  /// Whether there is a configuration at all.
  public boolean isConfigured() {
    return configured;
  }

  public PrometheusRegistry metrics() {
    return metrics.registry();
  }

  /// Runs the action whenever values that could not be read perhaps can be read now.
  public void onReadable(Runnable action) {
    readAnew = action;
  }

  @Override
  public boolean step() {
    if (waiting != null) {
      tryWaiting();
    }
    var now = inUse;
    if (now.plugins.isEmpty()) {
      return false;
    }
    boolean well = now.problem().isEmpty() && waiting == null;
    boolean again = false;
    for (var plugin : now.plugins) {
      again |= plugin.takeReadAnew();
    }
    if (again) {
      readAnew.run();
    }
    nextLook.cancel();
    nextLook = clock.schedule(well ? KmsProvider.INTERVAL_WELL : KmsProvider.INTERVAL_ILL, wakeUp);
    return false;
  }

  @Override
  public void onWork(Runnable listener) {
    wakeUp = listener;
  }

  @Override
  public void close() {
    inUse.close();
  }

  private Choice choice(EncryptionProvider provider, List<KmsProvider> plugins) {
    return switch (provider) {
      case EncryptionProvider.AesGcmKeys(var keys) ->
          choice("aesgcm", keys, "AES", secret -> new AesGcm(secret, random));
      case EncryptionProvider.AesCbcKeys(var keys) ->
          choice("aescbc", keys, "AES", secret -> new AesCbc(secret, random));
      case EncryptionProvider.SecretBoxKeys(var keys) ->
          choice("secretbox", keys, "secretbox", secret -> new SecretBox(secret, random));
      case EncryptionProvider.Kms(var name, var socket, var limit) -> {
        var plugin = new GrpcKmsPlugin(socket, limit);
        var kms = new KmsProvider(name, plugin, clock, random, metrics);
        plugins.add(kms);
        yield new Choice(
            PREFIX + "kms:v2:" + name + ":", new EnvelopeTransformer(kms, random, metrics));
      }
      case EncryptionProvider.Plain() -> new Choice("", new Identity());
    };
  }

  private static Choice choice(
      String name, List<NamedKey> keys, String family, Function<byte[], Transformer> withKey) {
    var choices =
        keys.stream()
            .map(key -> new Choice(key.name() + ":", withKey.apply(key.secret())))
            .toList();
    var noKey = "no matching key was found for the provided " + family + " transformer";
    return new Choice(PREFIX + name + ":v1:", new Prefixed(choices, noKey));
  }
}
