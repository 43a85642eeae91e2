// What a compiler for the host needs to read the kernels: a thread of a block is a thread of the system.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

using i16 = std::int16_t;
using u16 = std::uint16_t;
using i32 = std::int32_t;
using u32 = std::uint32_t;
using i64 = long long;
using u64 = unsigned long long;

#define DEVICE inline
#define KERNEL extern "C"
#define SHARED(type, name) type& name = *static_cast<type*>(shim_shared(sizeof(type)))

struct Place {
  unsigned x;
};

extern thread_local Place threadIdx, blockIdx;
void __syncthreads();
void* shim_shared(std::size_t bytes);
