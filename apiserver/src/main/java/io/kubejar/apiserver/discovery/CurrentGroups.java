package io.kubejar.apiserver.discovery;

import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.apiserver.verbs.ResourceVerbs;
import io.kubejar.apiserver.verbs.Resources;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The groups of what is served now. Made anew when that has changed.
public final class CurrentGroups implements Supplier<ServedGroups> {
  private static final int HASH_BYTES = 8;

  private record Made(long generation, ServedGroups groups) {}

  private final Resources resources;
  private final List<ResourceType<?>> others;
  private volatile @Nullable Made made;

  /// @param others what is served without being stored
  public CurrentGroups(Resources resources, List<ResourceType<?>> others) {
    this.resources = resources;
    this.others = List.copyOf(others);
  }

  @Override
  public ServedGroups get() {
    var served = resources.served();
    var known = made;
    if (known != null && known.generation == served.generation()) {
      return known.groups;
    }
    var all = new ArrayList<ServedGroups.Resource>();
    others.forEach(type -> all.add(new ServedGroups.Resource(type, type.verbs(), "")));
    served.all().forEach(verbs -> all.add(resource(verbs)));
    var groups = ServedGroups.of(all);
    made = new Made(served.generation(), groups); // Two at once make the same.
    return groups;
  }

  private ServedGroups.Resource resource(ResourceVerbs<?> verbs) {
    var hash =
        verbs.storage().map(Registry::storedAs).filter(this::isServed).map(CurrentGroups::hash);
    return new ServedGroups.Resource(
        verbs.type(), verbs.strategy().offeredVerbs(), hash.orElse(""));
  }

  /// Of what is stored in a version that nobody can ask for, nothing is told.
  private boolean isServed(GroupVersionKind stored) {
    return resources.served().all().stream().anyMatch(it -> it.type().gvk().equals(stored));
  }

  private static String hash(GroupVersionKind stored) {
    var name = stored.group() + "/" + stored.version() + "/" + stored.kind();
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var hash = digest.digest(name.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(Arrays.copyOf(hash, HASH_BYTES));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
