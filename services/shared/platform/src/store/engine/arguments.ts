// How the embedded engine is started.

/** Small caches and few threads: the directory shares a machine with the systems under test. */
export const ENGINE_ARGUMENTS = [
  '--max_threads=2',
  '--max_insert_threads=1',
  '--max_server_memory_usage=1000000000',
  '--mark_cache_size=33554432',
  '--index_mark_cache_size=1048576',
  '--primary_index_cache_size=16777216',
  '--query_condition_cache_size=1048576',
  '--mmap_cache_size=100',
  '--background_pool_size=2',
  '--background_schedule_pool_size=1',
  '--max_thread_pool_free_size=8',
];
