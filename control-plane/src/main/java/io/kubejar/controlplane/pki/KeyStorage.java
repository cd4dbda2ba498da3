package io.kubejar.controlplane.pki;

import io.kubejar.http.pki.KeyMaterial;
import io.kubejar.http.pki.Keys;
import io.kubejar.http.pki.Pem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// Where the keys of a cluster are kept between two starts.
public sealed interface KeyStorage {
  /// Keys that live as long as this object: for tests.
  static KeyStorage inMemory() {
    return new InMemory(new ConcurrentHashMap<>());
  }

  /// Keys in PEM files, `NAME.crt` and `NAME.key`, readable only by their owner.
  static KeyStorage files(Path directory) {
    return new InFiles(directory);
  }

  Optional<KeyMaterial> find(String name);

  void save(String name, KeyMaterial material);

  /// The pair that signs service-account tokens, made when there is none.
  KeyPair signingKeys(Supplier<KeyPair> fresh);

  record InMemory(Map<String, Object> kept) implements KeyStorage {
    private static final String SIGNING = "sa";

    @Override
    public Optional<KeyMaterial> find(String name) {
      return Optional.ofNullable((KeyMaterial) kept.get(name));
    }

    @Override
    public void save(String name, KeyMaterial material) {
      kept.put(name, material);
    }

    @Override
    public KeyPair signingKeys(Supplier<KeyPair> fresh) {
      return (KeyPair) kept.computeIfAbsent(SIGNING, _ -> fresh.get());
    }
  }

  record InFiles(Path directory) implements KeyStorage {
    @Override
    public Optional<KeyMaterial> find(String name) {
      var certificate = directory.resolve(name + ".crt");
      var key = directory.resolve(name + ".key");
      if (!Files.exists(certificate) || !Files.exists(key)) {
        return Optional.empty();
      }
      return Optional.of(
          reading(name, () -> Pem.material(Files.readString(certificate), Files.readString(key))));
    }

    @Override
    public void save(String name, KeyMaterial material) {
      reading(
          name,
          () -> {
            Files.createDirectories(directory);
            // The certificate last: a crash in between leaves no pair, and the pair is made anew.
            Pem.writeSecret(directory.resolve(name + ".key"), Pem.encode(material.key()));
            Pem.writePublic(directory.resolve(name + ".crt"), Pem.encode(material.chain()));
            return material;
          });
    }

    @Override
    public KeyPair signingKeys(Supplier<KeyPair> fresh) {
      var file = directory.resolve("sa.key");
      return reading(
          "sa",
          () -> {
            if (Files.exists(file)) {
              return Pem.keyPair(Files.readString(file));
            }
            var keys = fresh.get();
            Files.createDirectories(directory);
            Pem.writeSecret(file, Pem.encode(keys));
            Pem.writePublic(directory.resolve("sa.pub"), Pem.encode(keys.getPublic()));
            return keys;
          });
    }

    private interface FileWork<T> {
      T run() throws IOException;
    }

    private <T> T reading(String name, FileWork<T> work) {
      try {
        return work.run();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot keep the key " + name + " in " + directory, e);
      }
    }
  }

  /// The usual kind of signing keys: P-256, which costs no start-up time.
  static KeyPair freshSigningKeys() {
    return Keys.ellipticCurve();
  }
}
