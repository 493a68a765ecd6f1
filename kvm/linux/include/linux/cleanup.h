/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guards: a lock held until its scope ends, however that happens; and pointers freed at the end of their scope.
 * A class has a type, a constructor and a destructor; scoped_guard() runs its statement once.
 */
#ifndef UVSIM_LINUX_CLEANUP_H
#define UVSIM_LINUX_CLEANUP_H

#include <linux/compiler.h>

#define __cleanup(function) __attribute__((cleanup(function)))

#define UVSIM_PASTE_(a, b) a##b
#define UVSIM_PASTE(a, b) UVSIM_PASTE_(a, b)

/* @leave uses the class's own copy: held.lock, held.index */
#define UVSIM_GUARD(class, type, enter, leave) \
	typedef struct { \
		type *lock; \
		int index; \
	} class_##class##_t; \
	UVSIM_STUB class_##class##_t class_##class##_enter(type *lock) \
	{ \
		class_##class##_t held = { lock, 0 }; \
		enter; \
		return held; \
	} \
	UVSIM_STUB void class_##class##_leave(class_##class##_t *guard) \
	{ \
		class_##class##_t held = *guard; \
		leave; \
	}

/* The same for one that may fail: @try is 0 or an error. Without the lock there is nothing to leave. */
#define UVSIM_GUARD_TRY(class, type, try, leave) \
	typedef struct { \
		type *lock; \
		int index; \
	} class_##class##_t; \
	UVSIM_STUB class_##class##_t class_##class##_enter(type *lock) \
	{ \
		class_##class##_t held = { lock, 0 }; \
		held.index = (try); \
		if (held.index) \
			held.lock = NULL; \
		return held; \
	} \
	UVSIM_STUB void class_##class##_leave(class_##class##_t *guard) \
	{ \
		class_##class##_t held = *guard; \
		if (held.lock) { \
			leave; \
		} \
	}
/* CLASS() of one that may fail, and its error. */
#define ACQUIRE(class, name) CLASS(class, name)
#define ACQUIRE_ERR(class, name) ((name)->index)

#define UVSIM_GUARD_VARIABLE(class, name) \
	class_##class##_t name __cleanup(class_##class##_leave) __maybe_unused = \
		class_##class##_enter
#define guard(class) UVSIM_GUARD_VARIABLE(class, UVSIM_PASTE(guard_, __LINE__))
#define CLASS(class, name) UVSIM_GUARD_VARIABLE(class, name)

/* Left through the label, so that the compiler knows that the statement runs once. */
#define scoped_guard(class, args...) UVSIM_SCOPED(class, UVSIM_PASTE(scoped_, __COUNTER__), args)
#define UVSIM_SCOPED(class, label, args...) \
	for (UVSIM_GUARD_VARIABLE(class, scope)(args);; ({ goto label; })) \
		if (0) { \
label: \
			break; \
		} else

/* @fail is done when the lock cannot be had. */
#define scoped_cond_guard(class, fail, args...) \
	UVSIM_SCOPED_COND(class, fail, UVSIM_PASTE(scoped_, __COUNTER__), args)
#define UVSIM_SCOPED_COND(class, fail, label, args...) \
	for (UVSIM_GUARD_VARIABLE(class, scope)(args);; ({ goto label; })) \
		if (!scope.lock) { \
			fail; \
			break; \
		} else if (0) { \
label: \
			break; \
		} else

/* Classes of one's own; @_T is the object in @exit. */
#define DEFINE_CLASS(class, type, exit, init, args...) \
	typedef type class_##class##_t; \
	UVSIM_STUB void class_##class##_leave(type *__object) \
	{ \
		type _T = *__object; \
		exit; \
	} \
	UVSIM_STUB type class_##class##_enter(args) \
	{ \
		type __made = init; \
		return __made; \
	}
#define DEFINE_GUARD(class, type, lock, unlock) \
	DEFINE_CLASS(class, type, if (_T) { unlock; }, ({ lock; _T; }), type _T)

/* A lock of its own kind; @lock and @unlock use _T->lock. */
#define DEFINE_LOCK_GUARD_1(class, type, _lock, _unlock, members...) \
	typedef struct { \
		type *lock; \
		int index; \
		members; \
	} class_##class##_t; \
	UVSIM_STUB class_##class##_t class_##class##_enter(type *lock) \
	{ \
		class_##class##_t __held = { .lock = lock }, *_T = &__held; \
		_lock; \
		return __held; \
	} \
	UVSIM_STUB void class_##class##_leave(class_##class##_t *_T) \
	{ \
		if (_T->lock) { \
			_unlock; \
		} \
	}
#define DEFINE_LOCK_GUARD_0(class, _lock, _unlock, members...) \
	typedef struct { \
		void *lock; \
		members; \
	} class_##class##_t; \
	UVSIM_STUB class_##class##_t class_##class##_enter(void) \
	{ \
		class_##class##_t __held = { .lock = (void *)1 }, *_T = &__held; \
		_lock; \
		(void)_T; \
		return __held; \
	} \
	UVSIM_STUB void class_##class##_leave(class_##class##_t *_T) \
	{ \
		if (_T->lock) { \
			_unlock; \
		} \
	}

/* --- pointers that are freed --- */

#define DEFINE_FREE(name, type, free) \
	UVSIM_STUB void __free_##name(void *__pointer) \
	{ \
		type _T = *(type *)__pointer; \
		free; \
	}
#define __free(name) __cleanup(__free_##name)
/* The value of @pointer, which keeps nothing. */
#define no_free_ptr(pointer) \
	({ \
		typeof(pointer) __kept = (pointer); \
		(pointer) = NULL; \
		__kept; \
	})
#define retain_and_null_ptr(pointer) ((void)no_free_ptr(pointer))
#define return_ptr(pointer) return no_free_ptr(pointer)

#endif
