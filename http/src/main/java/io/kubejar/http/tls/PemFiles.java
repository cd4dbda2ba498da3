package io.kubejar.http.tls;

import io.kubejar.http.pki.KeyMaterial;
import io.kubejar.http.pki.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Where a key with its chain (both or neither) and the bundles of trusted authorities lie.
public record PemFiles(Optional<Path> certificate, Optional<Path> key, List<Path> authorities) {
  public PemFiles {
    authorities = List.copyOf(authorities);
    if (certificate.isPresent() != key.isPresent()) {
      throw new IllegalArgumentException("a certificate file and its key file go together");
    }
  }

  public static PemFiles of(Path certificate, Path key, Path... authorities) {
    return new PemFiles(Optional.of(certificate), Optional.of(key), List.of(authorities));
  }

  /// Reads them all and checks that key and certificate belong together.
  public TlsMaterial read() throws IOException {
    KeyMaterial material = null;
    if (certificate.isPresent() && key.isPresent()) {
      material = Pem.material(Files.readString(certificate.get()), Files.readString(key.get()));
    }
    var trusted = new ArrayList<X509Certificate>();
    for (var bundle : authorities) {
      trusted.addAll(Pem.certificates(Files.readString(bundle)));
    }
    return new TlsMaterial(material, trusted);
  }

  /// All the files.
  List<Path> all() {
    return Stream.of(certificate.stream(), key.stream(), authorities.stream())
        .flatMap(paths -> paths)
        .toList();
  }
}
