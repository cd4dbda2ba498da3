package io.kubejar.api.quota;

import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.ScopedResourceSelectorRequirement;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.Quantity;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Claims and the storage they ask for, also by storage class.
record ClaimUsage() implements Evaluator {
  private static final GroupResource CLAIMS = new GroupResource("", "persistentvolumeclaims");
  private static final String COUNT = ObjectCount.name(CLAIMS);
  private static final String PLAIN_COUNT = "persistentvolumeclaims";
  private static final String STORAGE = "requests.storage";
  private static final String OF_CLASS = ".storageclass.storage.k8s.io/";
  private static final String CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";
  private static final String ATTRIBUTES_SCOPE = "VolumeAttributesClass";

  @Override
  public GroupResource resource() {
    return CLAIMS;
  }

  @Override
  public boolean counts(boolean update, String subresource) {
    return subresource.isEmpty() || (update && subresource.equals("status"));
  }

  @Override
  public Set<String> tracked(Collection<String> names) {
    var tracked = new TreeSet<String>();
    for (var name : names) {
      boolean own = name.equals(COUNT) || name.equals(PLAIN_COUNT) || name.equals(STORAGE);
      boolean ofClass = name.endsWith(OF_CLASS + STORAGE) || name.endsWith(OF_CLASS + PLAIN_COUNT);
      if (own || ofClass) {
        tracked.add(name);
      }
    }
    return tracked;
  }

  @Override
  public boolean inScope(ScopedResourceSelectorRequirement scope, KubernetesObject object) {
    return scope.scopeName().equals(ATTRIBUTES_SCOPE)
        && Scopes.matches(scope, attributesClasses((PersistentVolumeClaim) object));
  }

  /// A claim is of each class that it has, had or shall have.
  private static Set<String> attributesClasses(PersistentVolumeClaim claim) {
    var names = new LinkedHashSet<String>();
    add(names, claim.spec().volumeAttributesClassName());
    add(names, claim.status().currentVolumeAttributesClassName());
    var change = claim.status().modifyVolumeStatus();
    if (change != null) {
      add(names, change.targetVolumeAttributesClassName());
    }
    return names;
  }

  private static void add(Set<String> names, @Nullable String name) {
    if (name != null && !name.isEmpty()) {
      names.add(name);
    }
  }

  @Override
  public Map<String, Quantity> usage(KubernetesObject object) {
    var claim = (PersistentVolumeClaim) object;
    var one = Quantity.of(1);
    var usage = new TreeMap<String, Quantity>();
    usage.put(COUNT, one);
    usage.put(PLAIN_COUNT, one);
    var storageClass = storageClass(claim);
    if (!storageClass.isEmpty()) {
      usage.put(storageClass + OF_CLASS + PLAIN_COUNT, one);
    }
    var storage = storage(claim);
    if (storage != null) {
      usage.put(STORAGE, storage);
      if (!storageClass.isEmpty()) {
        usage.put(storageClass + OF_CLASS + STORAGE, storage);
      }
    }
    return usage;
  }

  private static String storageClass(PersistentVolumeClaim claim) {
    var annotated = claim.metadata().annotations().get(CLASS_ANNOTATION);
    var named = claim.spec().storageClassName();
    return annotated != null ? annotated : named == null ? "" : named;
  }

  /// In whole bytes: what is asked for, or what was already set apart for a growth that failed.
  private static @Nullable Quantity storage(PersistentVolumeClaim claim) {
    var asked = claim.spec().resources().requests().get("storage");
    if (asked == null) {
      return null;
    }
    var allocated = claim.status().allocatedResources().get("storage");
    var larger = allocated == null ? asked : asked.max(allocated);
    var number = larger.toBigDecimal();
    return number.stripTrailingZeros().scale() <= 0
        ? larger
        : Quantity.of(number.setScale(0, RoundingMode.UP), larger.format());
  }
}
