package io.kubejar.apiserver.discovery;

import io.kubejar.apimachinery.json.JsonPrinter;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// All groups and versions as clients see them now. Made anew when what is served has changed; the
/// documents are made at the first question after that.
final class ShownGroups {
  private final Supplier<ServedGroups> served;
  private final Supplier<List<RemoteVersion>> remote;
  private volatile @Nullable Made made;

  ShownGroups(Supplier<ServedGroups> served, Supplier<List<RemoteVersion>> remote) {
    this.served = served;
    this.remote = remote;
  }

  Made current() {
    var own = served.get();
    var others = remote.get();
    var known = made;
    if (known != null && known.own.equals(own) && known.others.equals(others)) {
      return known;
    }
    var fresh = new Made(own, others, ShownGroup.all(own, others));
    made = fresh; // Two at once make the same.
    return fresh;
  }

  /// The state at one moment.
  static final class Made {
    private final ServedGroups own;
    private final List<RemoteVersion> others;
    private final List<ShownGroup> groups;
    private volatile @Nullable Aggregated core;
    private volatile @Nullable Aggregated rest;

    private Made(ServedGroups own, List<RemoteVersion> others, List<ShownGroup> groups) {
      this.own = own;
      this.others = others;
      this.groups = groups;
    }

    ServedGroups own() {
      return own;
    }

    List<ShownGroup> groups() {
      return groups;
    }

    Optional<ShownGroup> find(String name) {
      return groups.stream().filter(group -> group.name().equals(name)).findFirst();
    }

    /// The groups in one document.
    ///
    /// @param ofCore whether the core group is meant, or all others
    Aggregated aggregated(boolean ofCore) {
      var known = ofCore ? core : rest;
      if (known != null) {
        return known;
      }
      var fresh = Aggregated.of(groups, ofCore);
      if (ofCore) {
        core = fresh;
      } else {
        rest = fresh;
      }
      return fresh;
    }
  }

  /// A document with its entity tag, which is the same in all formats: they differ by `Vary`.
  record Aggregated(List<ShownGroup> groups, String tag) {
    static Aggregated of(List<ShownGroup> all, boolean core) {
      var groups = all.stream().filter(group -> group.name().isEmpty() == core).toList();
      var json = JsonPrinter.printUtf8(AggregatedDiscovery.document(groups, ""));
      return new Aggregated(groups, '"' + hash(json) + '"');
    }

    private static String hash(byte[] body) {
      try {
        var digest = MessageDigest.getInstance("SHA-512").digest(body);
        return HexFormat.of().withUpperCase().formatHex(digest);
      } catch (NoSuchAlgorithmException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
  }
}
