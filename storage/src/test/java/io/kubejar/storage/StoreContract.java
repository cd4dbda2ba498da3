package io.kubejar.storage;

/// Everything that all stores have in common. A test of a store extends this.
public abstract class StoreContract
    implements ReadWriteContract, WatchContract, PastBugsContract, LinearizabilityContract {
  private final String prefix = StoreFixture.newPrefix();

  @Override
  public final String prefix() {
    return prefix;
  }
}
